import type { LostDocument, RecoverReport, RecoverRequest } from '@argon/branch';
import { validateCollectionName } from '@argon/wal';
import type { Arguments } from '../cli/arguments';
import { confirm } from '../cli/confirm';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { BRANCH, PROJECT, YES } from '../cli/options';
import { write } from '../cli/terminal';
import { CancelledError, UsageError } from '../errors/errors';
import { readDocument } from '../query/arguments';
import { readId } from '../query/document-id';
import { actorText, shortened } from '../render/change';
import { documentText, valueText } from '../render/document';
import { counted, isoTime, moment } from '../render/numbers';
import { readTime } from '../store/moment';
import { withSession, type Session } from '../store/session';
import { target } from '../store/target';

/** Documents of a preview that are shown to people. */
const SHOWN = 10;

export const recover: CommandDefinition = {
  path: 'recover',
  summary: 'bring deleted documents back as they last were',
  details:
    'Finds documents that were deleted, one by one or with their collection, and are not there now; --list shows them, ' +
    'newest loss first (with --json one per line). Shows what would come back and asks before it does it, in one commit. ' +
    'Documents that are there again are left alone. What a reset hid comes back with another reset.',
  options: [
    PROJECT,
    BRANCH,
    { flags: '-c, --collection <name>', description: 'only of this collection' },
    { flags: '--id <ejson...>', description: 'only the documents with these _ids' },
    { flags: '-f, --filter <ejson>', description: 'only those whose last version matches' },
    {
      flags: '--since <time>',
      description: "only those lost since then: '2 hours ago', or a time (2026-01-31)",
    },
    { flags: '--list', description: 'only list what is gone' },
    { flags: '--dry-run', description: 'only show what would come back' },
    YES,
  ],
  examples: [
    ['argon recover --list', 'what is gone?'],
    ['argon recover -c orders --id 1042 1043', 'two of them; asks first'],
    ["argon recover -c orders --since '1 hour ago' --yes", 'all that went lately'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const filter = filterOf(given);
      const { project, branch } = await target(session, given);
      const request = { project, branch: branch.name, ...filter };
      if (given.flag('list')) return list(context, session, request);
      if (Object.keys(filter).length === 0) {
        throw new UsageError(
          'Say what to recover: --collection, --id, --filter or --since. --list shows what is gone.',
        );
      }
      const isDry = given.flag('dryRun');
      if (isDry || !given.flag('yes')) {
        const preview = await session.history.previewRecovery(request);
        if (isDry || preview.recovered === 0) {
          await output.result({ recovery: reportJson(preview), done: false }, () =>
            lines(preview, 'would come back'),
          );
          return;
        }
        await output.note(lines(preview, 'would come back').join('\n'));
        await confirm(
          context,
          `recover ${counted(preview.recovered, 'document')} on branch '${branch.name}'`,
        );
      }
      if (session.signal.aborted) throw new CancelledError('Nothing was changed.');
      const report = await session.history.recover(request, session.actor);
      await output.result({ recovery: reportJson(report), done: report.head !== undefined }, () => [
        ...lines(report, 'came back'),
        ...(report.head === undefined ? [] : [`Current LSN: ${report.head}`]),
      ]);
    }),
};

function filterOf(given: Arguments): Omit<RecoverRequest, 'project' | 'branch'> {
  const collection = given.text('collection');
  const ids = (given.list('id') ?? []).map((id) => readId(id, '--id'));
  const filter = given.text('filter');
  const since = given.text('since');
  if (collection !== undefined) validateCollectionName(collection);
  else if (ids.length > 0) throw new UsageError('--id needs to know the collection: add --collection.');
  return {
    ...(collection === undefined ? {} : { collection }),
    ...(ids.length === 0 ? {} : { ids }),
    ...(filter === undefined ? {} : { filter: readDocument(filter, '--filter') }),
    ...(since === undefined ? {} : { since: readTime(since, '--since') }),
  };
}

async function list(
  { terminal, output, given }: CommandContext,
  session: Session,
  { project, branch, collection, since }: RecoverRequest,
): Promise<void> {
  for (const option of ['id', 'filter']) {
    if (given.text(option) !== undefined || given.list(option) !== undefined)
      throw new UsageError(
        `--list goes with --collection and --since, and without --${option}; --dry-run takes it.`,
      );
  }
  const request = {
    project,
    name: branch,
    ...(collection === undefined ? {} : { collection }),
    ...(since === undefined ? {} : { since }),
  };
  let isEmpty = true;
  for await (const batch of session.history.deleted(request)) {
    if (session.signal.aborted) throw new CancelledError('Stopped.');
    isEmpty = false;
    const texts = batch.map((document) =>
      output.json ? lostJson(document) : lostLines(document, terminal.stdout.columns ?? 160).join('\n'),
    );
    await write(terminal.stdout, `${texts.join('\n')}\n`);
  }
  if (isEmpty) await output.note('Nothing is gone.');
}

function lostJson(document: LostDocument): string {
  const { collection, lsn, how, lostLsn, lostAt, actor, id, bytes } = document;
  const head = JSON.stringify({ collection, lsn, how, lostLsn, lostAt: isoTime(lostAt), actor });
  const last = bytes === undefined ? 'null' : documentText(bytes, 'exact');
  return `${head.slice(0, -1)},"id":${valueText(id, 'exact')},"document":${last}}`;
}

function lostLines(document: LostDocument, width: number): readonly string[] {
  const { bytes } = document;
  return [
    lostLine(document),
    `    ${bytes === undefined ? '(compacted)' : shortened(documentText(bytes, 'relaxed'), width - 4)}`,
  ];
}

function lostLine({ collection, id, how, lostLsn, lostAt, actor }: Omit<LostDocument, 'bytes'>): string {
  const text = shortened(valueText(id, 'relaxed'), 60);
  return `${collection} ${text}  ${how} at LSN ${lostLsn}  ${moment(lostAt)}  ${actorText(actor)}`;
}

function reportJson({ examples, present, unknown, head, ...report }: RecoverReport): object {
  // Ids as text in Extended JSON, which JSON of our own cannot tell apart.
  return {
    ...report,
    head: head ?? null,
    examples: examples.map(({ id, lostAt, ...each }) => ({
      ...each,
      id: valueText(id, 'exact'),
      lostAt: isoTime(lostAt),
    })),
    present: present.map((id) => valueText(id, 'exact')),
    unknown: unknown.map((id) => valueText(id, 'exact')),
  };
}

function lines(report: RecoverReport, what: string): readonly string[] {
  const { branch, recovered, examples, present, unknown, compacted } = report;
  const shown = examples.slice(0, SHOWN);
  const ids = (values: RecoverReport['present']) =>
    shortened(values.map((id) => valueText(id, 'relaxed')).join(', '), 100);
  return [
    `${recovered === 0 ? 'Nothing' : counted(recovered, 'document')} ${what} on branch ${branch}`,
    ...shown.map((document) => `  ${lostLine(document)}`),
    ...(recovered > shown.length ? [`  … and ${recovered - shown.length} more`] : []),
    ...(present.length === 0 ? [] : [`There already, and left alone: ${ids(present)}`]),
    ...(unknown.length === 0 ? [] : [`Not found among what was deleted: ${ids(unknown)}`]),
    ...(compacted === 0 ? [] : [`${counted(compacted, 'document')} cannot come back: compacted`]),
  ];
}
