import type { AnyBranch } from '@argon/branch/dual';
import { ProjectNotFoundError, validateProjectName } from '@argon/wal';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { BRANCH, COLLECTION, PROJECT } from '../cli/options';
import { withHint, hintOf } from '../errors/hints';
import { EXIT } from '../errors/exit-code';
import { isMongoAddress } from '../import/live/address';
import { runImport, type CollectionReport, type ImportReport } from '../import/run-import';
import { openFile } from '../import/source/file';
import { openView } from '../import/source/view';
import { IMPORT_FORMATS } from '../import/source/format';
import { branchLine } from '../render/branch';
import { count, counted, duration } from '../render/numbers';
import { withSession, type Session } from '../store/session';
import { anyTarget, type Target } from '../store/target';

export const importCommand: CommandDefinition = {
  path: 'import',
  summary: 'import a file, standard input, or a live MongoDB database',
  details:
    'Reads a JSON array, NDJSON, Extended JSON, CSV or a BSON dump, each also gzipped; the format is told by the name ' +
    'or the first bytes. From mongodb://host/db come all collections with their indexes and validators, or the one ' +
    'that --collection names; beside a BSON dump, its metadata.json is read.\n\n' +
    'All or nothing: if a document is malformed or refused, the branch is set back to where it was, unless --keep-going. A traditional branch cannot be set back, and keeps what came before.',
  arguments: [{ name: '<source>', description: 'a file, - for standard input, or mongodb://host/database' }],
  options: [
    COLLECTION,
    PROJECT,
    BRANCH,
    { flags: '--format <format>', description: 'the format, if it cannot be told', choices: IMPORT_FORMATS },
    { flags: '--create', description: 'make the project if it does not exist' },
    { flags: '--drop', description: 'drop the collection first (its past stays readable)' },
    { flags: '--keep-going', description: 'go on past documents that cannot be inserted' },
    { flags: '--documents-only', description: 'without indexes and validators' },
    { flags: '--fields <names>', description: 'CSV: the columns a,b.c of a file without a header line' },
    { flags: '--delimiter <character>', description: 'CSV: what stands between cells (\\t for a tab)' },
    { flags: '--text', description: 'CSV: every cell is a text; infer no types' },
  ],
  examples: [
    ['argon import cities.json', 'into the collection cities'],
    ['argon import people.csv.gz --collection users', ''],
    ['mongoexport … | argon import - -c orders', 'from a pipe'],
    ['argon import dump/shop/orders.bson.gz', "mongodump's, with its indexes"],
    ['argon import dump/shop/cheap.metadata.json', 'a view, of which mongodump writes no more'],
    ['argon import mongodb://localhost/shop --project shop --create', 'a whole database'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const source = context.given.required(0);
      const report = isMongoAddress(source)
        ? await importLive(context, session, source)
        : await importFile(context, session, source);
      return tell(context, session, report);
    }),
};

interface Imported extends ImportReport {
  readonly on: Target<AnyBranch>;
}

async function importFile(context: CommandContext, session: Session, source: string): Promise<Imported> {
  const view = await openView(context, source);
  if (view !== undefined) {
    const { on, newProject } = await destination(context, session);
    return { ...(await runImport(context, session, on, [view], { ...optionsOf(context), newProject })), on };
  }
  // Opened before anything is made: a file that is not there changes nothing.
  const { collection, bytes } = await openFile(context, source);
  const { on, newProject } = await destination(context, session);
  const report = await runImport(context, session, on, [collection], {
    ...optionsOf(context),
    newProject,
    bytes,
  });
  return { ...report, on };
}

async function importLive(context: CommandContext, session: Session, source: string): Promise<Imported> {
  // The driver takes longer to load than most commands take to run.
  const { connectTo } = await import('../import/live/connect');
  const { liveCollections } = await import('../import/live/collections');
  const from = await connectTo(source);
  try {
    const { collections, skipped } = await liveCollections(from, context.given.text('collection'));
    const { on, newProject } = await destination(context, session);
    const options = { ...optionsOf(context), newProject, skipped };
    return { ...(await runImport(context, session, on, collections, options)), on };
  } finally {
    await from.client.close();
  }
}

function optionsOf({ given }: CommandContext): { drop: boolean; keepGoing: boolean; documentsOnly: boolean } {
  return {
    drop: given.flag('drop'),
    keepGoing: given.flag('keepGoing'),
    documentsOnly: given.flag('documentsOnly'),
  };
}

/** Where to; with --create, a project that is not there is made. */
async function destination(
  { given }: CommandContext,
  session: Session,
): Promise<{ on: Target<AnyBranch>; newProject: boolean }> {
  const project = given.text('project');
  if (given.flag('create') && project !== undefined && given.text('branch') === undefined) {
    validateProjectName(project);
    if (!(await session.projects()).some(({ name }) => name === project)) {
      const { branch } = await session.branches.createProject(project, session.actor);
      return { on: { project, branch }, newProject: true };
    }
  }
  try {
    return { on: await anyTarget(session, given), newProject: false };
  } catch (error) {
    if (!(error instanceof ProjectNotFoundError) || hintOf(error) !== undefined) throw error;
    throw withHint(error, 'add --create to make it');
  }
}

async function tell({ output }: CommandContext, session: Session, imported: Imported): Promise<number> {
  const { on, collections, notes, milliseconds } = imported;
  for (const note of notes) await output.note(`note: ${note}`);
  const { branch } = on;
  const headLsn = branch.type === 'wal' ? (await session.store.head(branch.id)).lsn : null;
  const value = {
    project: on.project,
    branch: on.branch.name,
    collections: collections.map(({ collection, inserted, rejected, indexes, firstRejection }) => ({
      collection,
      inserted,
      rejected,
      indexes,
      ...(firstRejection === undefined ? {} : { firstRejection: firstRejection.message }),
    })),
    notes,
    headLsn,
    seconds: milliseconds / 1000,
  };
  await output.result(value, () => [
    ...collections.map((each) => line(each)),
    ...collections.flatMap(({ firstRejection }) => firstRejection?.message ?? []),
    `${headLsn === null ? branchLine(branch) : `${branch.name} (Head LSN: ${headLsn})`} · ${duration(milliseconds)}`,
  ]);
  return collections.some(({ rejected }) => rejected > 0) ? EXIT.failure : EXIT.ok;
}

function line({ collection, inserted, rejected, indexes }: CollectionReport): string {
  const parts = [`Imported ${counted(inserted, 'document')} into ${collection}`];
  if (indexes > 0) parts.push(`with ${counted(indexes, 'index', 'indexes')}`);
  if (rejected > 0) parts.push(`${count(rejected)} not`);
  return parts.join(', ');
}
