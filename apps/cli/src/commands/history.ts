import type { ChangesRequest, LoggedChange } from '@argon/branch';
import { validateCollectionName } from '@argon/wal';
import type { Arguments } from '../cli/arguments';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { AT, BRANCH, PROJECT } from '../cli/options';
import { write } from '../cli/terminal';
import { CancelledError, UsageError } from '../errors/errors';
import { readId } from '../query/document-id';
import { changeJson, changeLines } from '../render/change';
import { readMoment, readTime } from '../store/moment';
import { withSession, type Session } from '../store/session';
import { target } from '../store/target';

const DEFAULT_LIMIT = 10;

export const history: CommandDefinition = {
  path: 'history',
  aliases: ['log'],
  summary: 'show who changed what, and when',
  details:
    'Newest first: the changes that led to what a branch shows, its own and those of its ancestors, with the fields that changed; ' +
    'resets, merges and changes of collections beside them. With --follow, new changes as they come, until Ctrl-C. ' +
    'With --json, one change per line.',
  options: [
    PROJECT,
    BRANCH,
    {
      flags: '-c, --collection <name>',
      description: 'only of this collection, whatever it was called before',
    },
    { flags: '--id <ejson>', description: 'only of the document with this _id (7, \'"a"\', 24 hex digits)' },
    { flags: '--actor <name>', description: 'only by this user or application' },
    { flags: '--since <time>', description: "not before: '2 hours ago', or a time (2026-01-31)" },
    { flags: '--until <time>', description: 'not after' },
    { flags: '--limit <n>', description: `at most so many (default: ${DEFAULT_LIMIT}; 0: all)` },
    { flags: '--hidden', description: 'also what resets hid' },
    { flags: '--follow', description: 'go on with new changes as they come' },
    AT,
  ],
  examples: [
    ['argon history', 'the last ten changes'],
    ['argon history -c orders --id 1042 --limit 0', 'all of one document'],
    ["argon history --actor ann --since '2 hours ago'", 'what ann did'],
    ['argon history --follow', 'watch'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given } = context;
      const filter = filterOf(given);
      const limit = given.integer('limit') ?? DEFAULT_LIMIT;
      const { project, branch } = await target(session, given);
      const request = { project, name: branch.name, ...filter };
      if (given.flag('follow')) return followChanges(context, session, { ...request, limit });
      const at = given.text('at');
      let left = limit === 0 ? Infinity : limit;
      const changes = session.history.changes({
        ...request,
        ...(at === undefined ? {} : { at: readMoment(at, '--at') }),
        includeHidden: given.flag('hidden'),
      });
      for await (const batch of changes) {
        if (session.signal.aborted) throw new CancelledError('Stopped.');
        await print(context, batch.slice(0, left));
        left -= batch.length;
        if (left <= 0) return;
      }
    }),
};

type Filter = Omit<ChangesRequest, 'project' | 'name' | 'at'>;

function filterOf(given: Arguments): Filter {
  const now = Date.now();
  const collection = given.text('collection');
  const id = given.text('id');
  const actor = given.text('actor');
  const since = given.text('since');
  const until = given.text('until');
  if (collection !== undefined) validateCollectionName(collection);
  return {
    ...(collection === undefined ? {} : { collection }),
    ...(id === undefined ? {} : { id: readId(id, '--id') }),
    ...(actor === undefined ? {} : { actor }),
    ...(since === undefined ? {} : { since: readTime(since, '--since', 'a time', now) }),
    ...(until === undefined ? {} : { until: readTime(until, '--until', 'a time', now) }),
  };
}

/** The last changes, oldest first, and those that come. Ctrl-C is how it ends. */
async function followChanges(
  context: CommandContext,
  session: Session,
  { limit, ...request }: Filter & { project: string; name: string; limit: number },
): Promise<void> {
  for (const option of ['until', 'at', 'hidden']) {
    if (context.given.text(option) !== undefined || context.given.flag(option)) {
      throw new UsageError(`--follow tells of what comes; it goes without --${option}.`);
    }
  }
  const { headLsn } = await session.log.get(request.project, request.name);
  const last: LoggedChange[] = [];
  if (limit > 0) {
    for await (const batch of session.history.changes({ ...request, at: { lsn: headLsn } })) {
      last.push(...batch.slice(0, limit - last.length));
      if (last.length === limit) break;
    }
  }
  await print(context, last.reverse());
  for await (const batch of session.history.follow({ ...request, after: headLsn }, session.signal)) {
    await print(context, batch);
  }
}

async function print({ terminal, output }: CommandContext, changes: readonly LoggedChange[]): Promise<void> {
  const width = terminal.stdout.columns ?? 160;
  const lines = changes.flatMap((change) =>
    output.json ? [changeJson(change)] : changeLines(change, output.colours, width),
  );
  if (lines.length > 0) await write(terminal.stdout, `${lines.join('\n')}\n`);
}
