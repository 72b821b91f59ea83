import { TimeTravelService, type PastState } from '@argon/branch';
import type { Value } from '@argon/bson';
import { Command, type Moment } from '@argon/engine';
import type { Arguments } from '../cli/arguments';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { AT, BRANCH, COLLECTION, PROJECT } from '../cli/options';
import { write } from '../cli/terminal';
import { UsageError } from '../errors/errors';
import { QUERY_OPTIONS, readQuery } from '../query/arguments';
import { collectionToRead } from '../query/collections';
import { findDocuments } from '../query/documents';
import { numberIn } from '../query/reply';
import { documentText } from '../render/document';
import { count, counted, isoTime, moment as shownTime } from '../render/numbers';
import { readLsn, readTime, TIME_HELP } from '../store/moment';
import { withSession, type Session } from '../store/session';
import { databaseOf, target, type Target } from '../store/target';

export const timeTravel: CommandDefinition = {
  path: 'time-travel',
  summary: 'read a branch as it was at a time, whatever was written or reset since',
  details:
    'With a collection, the documents that a query finds, as with argon find; without one, the collections that there ' +
    'were. What a reset hid is there at the times when it was shown.',
  arguments: [{ name: '[collection]', description: 'the collection' }],
  options: [
    COLLECTION,
    PROJECT,
    BRANCH,
    { flags: '--time <time>', description: `the last commit at or before this time (${TIME_HELP})` },
    { flags: '--lsn <lsn>', description: 'the commit at or before this LSN' },
    ...QUERY_OPTIONS.filter((option) => option !== AT),
    { flags: '--count', description: 'only how many documents the filter finds' },
    { flags: '--canonical', description: 'spell out every type' },
  ],
  examples: [
    ['argon time-travel --branch main --time "2026-01-31 12:00" --collection users', ''],
    ['argon time-travel users --time \'yesterday 17:00\' --filter \'{"age": {"$gt": 30}}\' --count', 'count'],
    ['argon time-travel --lsn 1042', 'which collections were there'],
  ],
  run: async (context) => {
    const { given } = context;
    const moment = momentOf(given);
    const query = readQuery(given);
    await withSession(context, async (session) => {
      const on = await target(session, given);
      const travel = new TimeTravelService(session.engine);
      const { project, branch } = on;
      const lsn =
        'lsn' in moment ? moment.lsn : await travel.findLSNAtTime(project, branch.name, moment.timestamp);
      // Opened once, so that all that follows is of one commit.
      const state = await travel.stateAtLSN(project, branch.name, lsn);
      const at = { lsn: state.lsn };
      if (given.at(0) === undefined && given.text('collection') === undefined) {
        return showCollections(context, on, state);
      }
      const { name } = await collectionToRead(session, on, given, at);
      await context.output.note(`${branch.name} at LSN ${state.lsn}, ${shownTime(state.timestamp)}`);
      if (given.flag('count')) return showCount(context, session, on, name, at);
      const { output, terminal } = context;
      const style = given.flag('canonical') ? 'canonical' : output.json ? 'exact' : 'relaxed';
      for await (const batch of findDocuments(session, on, name, { ...query, moment: at })) {
        const lines = batch.map((bytes) => documentText(bytes, style, output.json ? 0 : 2));
        await write(terminal.stdout, `${lines.join('\n')}\n`);
      }
    });
  },
};

/** @throws UsageError for none, or both */
function momentOf(given: Arguments): Moment {
  const [time, lsn] = [given.text('time'), given.text('lsn')];
  if (lsn !== undefined && time === undefined) return { lsn: readLsn(lsn, '--lsn') };
  if (time !== undefined && lsn === undefined) return { timestamp: readTime(time, '--time') };
  throw new UsageError('Say when: --time TIME or --lsn LSN.');
}

async function showCollections({ output }: CommandContext, on: Target, state: PastState): Promise<void> {
  const { project, branch } = on;
  const collections = [...state.collections.values()];
  const value = {
    project,
    branch: branch.name,
    lsn: state.lsn,
    timestamp: isoTime(state.timestamp),
    collections: collections.map(({ name, catalog, count: documents }) => ({
      name,
      type: catalog.type,
      documents,
    })),
  };
  await output.result(value, () => [
    `${branch.name} at LSN ${state.lsn}, ${shownTime(state.timestamp)}: ${counted(collections.length, 'collection')}`,
    ...(collections.length === 0
      ? []
      : [
          output.table(
            [{ title: 'Collection' }, { title: 'Documents', align: 'right' }],
            collections.map(({ name, count: documents }) => [name, count(documents)]),
          ),
        ]),
  ]);
}

async function showCount(
  { given, output }: CommandContext,
  session: Session,
  on: Target,
  collection: string,
  at: { readonly lsn: number },
): Promise<void> {
  const { filter, limit, skip } = readQuery(given);
  const command = new Map<string, Value>([['count', collection]]);
  if (filter !== undefined) command.set('query', filter);
  if (limit !== undefined) command.set('limit', limit);
  if (skip !== undefined) command.set('skip', skip);
  const found = numberIn(await session.run(Command.from(command, databaseOf(on, at))), 'n');
  await output.result(
    { project: on.project, branch: on.branch.name, ...at, collection, count: found },
    () => [String(found)],
  );
}
