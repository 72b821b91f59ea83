import type { LegacyDatabase } from '@argon/branch/prefix';
import type { CopyReport, Mirror, MirrorStatus } from '@argon/migrate';
import { BranchNotFoundError, ProjectNotFoundError, validateProjectName } from '@argon/wal';
import { confirm } from '../cli/confirm';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { BRANCH, PROJECT, YES } from '../cli/options';
import { rateOf } from '../copy/rate';
import { ProjectNotChosenError, UsageError } from '../errors/errors';
import { hintOf, withHint } from '../errors/hints';
import { isMongoAddress } from '../import/live/address';
import { count, counted, duration } from '../render/numbers';
import { startProgress } from '../render/progress';
import { withSession, type Session } from '../store/session';
import { branchInUse, target, type Target } from '../store/target';

export const mirror: CommandDefinition = {
  path: 'mirror',
  summary: 'keep a branch in step with a live MongoDB database',
  details:
    'Copies all collections with their indexes and validators while others write to them, then follows every change until ' +
    'Ctrl-C. The database is only read. Run again, it goes on where it was, however it ended. Fork the branch to work on it: ' +
    'what others write to a mirror itself is refused its place, and stops the mirror.\n\n' +
    'The branch must be new or empty, a fork without commits of its own (then only what differs is written), or this ' +
    "database's mirror already. Needs a replica set or a sharded cluster of MongoDB 5.0 or later; from 6.0 on, changes of " +
    'indexes and validators are followed too.',
  arguments: [{ name: '<source>', description: 'mongodb://host/database' }],
  options: [
    PROJECT,
    BRANCH,
    {
      flags: '--create',
      description: 'make the project (default: as the database) or branch if it is not there',
    },
    { flags: '--once', description: 'end when it has caught up' },
    { flags: '--rate <documents>', description: 'copy no more documents than this in a second' },
    YES,
  ],
  examples: [
    ['argon mirror mongodb://localhost/shop --create', 'into main of project shop, until Ctrl-C'],
    ['argon mirror mongodb://localhost/shop --once', 'catch up, and end'],
    [
      'argon mirror mongodb://localhost/shop --once --json',
      '{"project", "branch", "source", "documents", "events", "lagMs", "notes", "restarted", "headLsn", "seconds"}',
    ],
  ],
  run: async (context) => {
    const source = context.given.required(0);
    if (!isMongoAddress(source)) throw new UsageError(`Say which database to mirror: mongodb://host/NAME.`);
    const rate = rateOf(context.given);
    await withSession(context, async (session) => {
      // The driver takes longer to load than most commands take to run.
      const { LegacyDatabase } = await import('@argon/branch/prefix');
      const database = await LegacyDatabase.open(source);
      try {
        await mirrorFrom(context, session, database, rate);
      } finally {
        await database.close();
      }
    });
  },
};

async function mirrorFrom(
  context: CommandContext,
  session: Session,
  database: LegacyDatabase,
  rate: number | undefined,
): Promise<void> {
  const { Mirror, plainSite } = await import('@argon/migrate');
  const { output } = context;
  const on = await destination(context, session, database.name);
  await agree(context, session, on, database.location);
  const started = performance.now();
  const mirrored = await Mirror.open({
    engine: session.engine,
    project: on.project,
    branch: on.branch.name,
    site: plainSite(database),
    ...(rate === undefined ? {} : { documentsPerSecond: rate }),
  });
  let report: CopyReport;
  try {
    report = await copy(context, mirrored, database);
    for (const note of report.notes) await output.note(`note: ${note}`);
    if (report.isRestarted)
      await output.note(
        'note: the server’s log did not reach back to where the mirror was; all was compared',
      );
    await follow(context, mirrored, database.location);
  } finally {
    await mirrored.close();
  }
  const { documents, events, lagMs } = mirrored.status();
  const { lsn: headLsn } = await session.store.head(on.branch.id);
  const milliseconds = performance.now() - started;
  const value = {
    project: on.project,
    branch: on.branch.name,
    source: database.location,
    documents: report.documents,
    events,
    lagMs: lagMs === undefined ? null : Math.round(lagMs),
    notes: report.notes,
    restarted: report.isRestarted,
    headLsn,
    seconds: milliseconds / 1000,
  };
  await output.result(value, () => [
    `${on.project}~${on.branch.name} shows ${database.location}: ${counted(documents, 'document')} copied, ` +
      `${counted(events, 'change')} followed · ${duration(milliseconds)}`,
    `Current LSN: ${headLsn}`,
    'To go on: the same command again',
  ]);
}

/** Into which branch; with --create, what is not there is made. */
async function destination(
  { given }: CommandContext,
  session: Session,
  databaseName: string,
): Promise<Target> {
  const { log, actor } = session;
  const isMade = given.flag('create');
  const project = given.text('project') ?? (isMade ? databaseName : undefined);
  if (isMade && project !== undefined) {
    validateProjectName(project);
    const known = await session.projects();
    if (!known.some(({ name }) => name === project)) await log.createProject(project, actor);
    const branch = given.text('branch') ?? branchInUse(session, project);
    const branches = await session.branches.list(project);
    if (!branches.some(({ name }) => name === branch)) await log.create(project, branch, {}, actor);
    return { project, branch: await log.get(project, branch) };
  }
  try {
    return await target(session, given);
  } catch (error) {
    const isMissing =
      error instanceof ProjectNotFoundError ||
      error instanceof BranchNotFoundError ||
      (error instanceof ProjectNotChosenError && error.projects.length === 0);
    if (!isMissing || hintOf(error) !== undefined) throw error;
    throw withHint(error, 'add --create to make it');
  }
}

/** What a branch shows that is not a mirror yet becomes something else: only if that is wanted. */
async function agree(
  context: CommandContext,
  { store, materializer }: Session,
  { branch }: Target,
  location: string,
): Promise<void> {
  const record = await store.branchById(branch.id);
  if (record?.source !== undefined) return;
  const { collections } = await materializer.refresh(branch.id);
  if (collections.size === 0) return;
  let documents = 0;
  for (const { count: own } of collections.values()) documents += own;
  if (!context.given.flag('yes')) {
    await context.output.note(
      `Branch ${branch.name} shows ${counted(documents, 'document')} in ${counted(collections.size, 'collection')}. ` +
        `It would show what ${location} has, and nothing else.`,
    );
  }
  await confirm(context, `make branch '${branch.name}' a mirror`);
}

async function copy(
  { terminal, output }: CommandContext,
  mirrored: Mirror,
  { db, location }: LegacyDatabase,
): Promise<CopyReport> {
  let total = 0;
  for await (const { name } of db.listCollections({ type: 'collection' }, { nameOnly: true }))
    total += await db.collection(name).estimatedDocumentCount();
  let { documents } = mirrored.status();
  const line = await startProgress(
    terminal,
    { title: location, total: Math.max(total, documents), unit: 'documents' },
    !output.json,
  );
  const progress = (more: number) => line.update({ documents: (documents += more) });
  try {
    return await mirrored.copy({ signal: terminal.signal, progress });
  } finally {
    line.stop();
  }
}

/** Until Ctrl-C, or with --once until it has caught up. */
async function follow(
  { terminal, output, given }: CommandContext,
  mirrored: Mirror,
  location: string,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([terminal.signal, stop.signal]);
  const isOnce = given.flag('once');
  if (!isOnce) await output.note(`Following ${location}; Ctrl-C to stop`);
  const line = await startProgress(
    terminal,
    { title: 'Following', total: undefined, unit: 'documents', noun: 'changes' },
    !output.json,
  );
  const shown = setInterval(() => line.update(step(mirrored.status())), 250);
  try {
    const follows = mirrored.follow(signal);
    if (isOnce) {
      const caughtUp = mirrored.now().then((time) => mirrored.caughtUpTo(time));
      // Whichever ends first; Ctrl-C ends following, and nobody is told then that it has caught up.
      caughtUp.catch(() => undefined);
      await Promise.race([caughtUp, follows]);
      stop.abort();
    }
    await follows;
  } finally {
    clearInterval(shown);
    line.stop();
  }
  if (isOnce) terminal.signal.throwIfAborted();
}

function step({ events, lagMs }: MirrorStatus): { documents: number; state: string } {
  return {
    documents: events,
    state: lagMs === undefined ? 'up to date' : `${count(Math.round(lagMs))} ms behind`,
  };
}
