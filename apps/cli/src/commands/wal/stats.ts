import { chainStats, retentionOf, type BranchRecord, type ChainStats } from '@argon/wal';
import type { CommandContext } from '../../cli/context';
import type { CommandDefinition } from '../../cli/definition';
import { byteSize, count, counted, isoTime, moment } from '../../render/numbers';
import type { Output } from '../../render/output';
import { startProgress } from '../../render/progress';
import { knownProject } from '../../store/target';
import { withSession, type Session } from '../../store/session';

interface BranchStats {
  readonly project: string;
  readonly stats: ChainStats;
  /** LSNs of its snapshots. */
  readonly snapshots: readonly number[];
}

interface Totals {
  readonly headLsn: number;
  readonly commits: number;
  readonly entries: number;
  readonly documentBytes: number;
  /** What the store takes on its medium; 0: in memory. */
  readonly storeBytes: number;
  readonly chunkBytes: number;
  /** How many bytes of documents lie in one byte of the store that is not a snapshot's; null in memory. */
  readonly compression: number | null;
}

export const walStats: CommandDefinition = {
  path: 'wal stats',
  summary: 'what is in the log: commits, entries, operations, times, bytes',
  details:
    'Of every live branch of all projects, or with --project of one. A branch is counted with its own chain: what it shows ' +
    'of its parent is counted there. Document bytes are those of all versions, as BSON; the store keeps them smaller.',
  options: [
    { flags: '-p, --project <name>', description: 'only this project (default: all)' },
    { flags: '-b, --branch <name>', description: 'only branches of this name' },
  ],
  examples: [
    ['argon wal stats', ''],
    [
      'argon wal stats --json',
      '{"store": {"headLsn", …}, "branches": [{"branch", "commits", "operations", …}]}',
    ],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const branches = await branchesOf(context, session);
      const totals = await totalsOf(session, branches);
      const value = { store: storeJson(session, totals), branches: branches.map(branchJson) };
      await context.output.result(value, () => lines(session, totals, branches, context.output));
    }),
};

async function branchesOf(context: CommandContext, session: Session): Promise<readonly BranchStats[]> {
  const { terminal, output, given } = context;
  const { store, signal } = session;
  const named = given.text('project');
  if (named !== undefined) await knownProject(session, named);
  const options = { title: 'Reading the log', total: undefined, unit: 'documents', noun: 'entries' } as const;
  const line = await startProgress(terminal, options, !output.json);
  let documents = 0;
  const onProgress = (entries: number): void => line.update({ documents: (documents += entries) });
  try {
    const found: BranchStats[] = [];
    for (const project of await store.projects()) {
      if (named !== undefined && project.name !== named) continue;
      for (const branch of await store.branches(project.id)) {
        if (given.text('branch') !== undefined && branch.name !== given.text('branch')) continue;
        const stats = await chainStats(store, branch, { onProgress, signal });
        const snapshots = (await store.snapshots.list(branch.id)).map(({ lsn }) => lsn);
        found.push({ project: project.name, stats, snapshots });
      }
    }
    return found;
  } finally {
    line.stop();
  }
}

async function totalsOf({ store }: Session, branches: readonly BranchStats[]): Promise<Totals> {
  let chunkBytes = 0;
  for await (const batch of store.chunks.list()) for (const { size } of batch) chunkBytes += size;
  const storeBytes = await store.size();
  const sum = (of: (stats: ChainStats) => number): number =>
    branches.reduce((all, { stats }) => all + of(stats), 0);
  const documentBytes = sum((stats) => stats.documentBytes);
  const logBytes = storeBytes - chunkBytes;
  return {
    headLsn: await store.lastLsn(),
    commits: sum(({ commits }) => commits),
    entries: sum(({ entries }) => entries),
    documentBytes,
    storeBytes,
    chunkBytes,
    compression: logBytes > 0 ? Math.round((100 * documentBytes) / logBytes) / 100 : null,
  };
}

function storeJson({ store }: Session, totals: Totals): object {
  return { kind: store.kind, location: store.location, ...totals };
}

function branchJson({ project, stats, snapshots }: BranchStats): object {
  const { branch, head, commits, entries, documentBytes, operations, first, last } = stats;
  return {
    project,
    branch: branch.name,
    headLsn: head,
    baseLsn: branch.baseLsn,
    commits,
    entries,
    documentBytes,
    operations: Object.fromEntries([...operations].map(([name, { entries: n }]) => [name, n])),
    firstAt: isoTime(first?.timestamp ?? null),
    lastAt: isoTime(last?.timestamp ?? null),
    resets: branch.resets.length,
    snapshots: { count: snapshots.length, newestLsn: snapshots.at(-1) ?? null },
    horizon: retentionOf(branch).horizon,
    pins: retentionOf(branch).pins.length,
  };
}

function lines(
  { store }: Session,
  totals: Totals,
  branches: readonly BranchStats[],
  output: Output,
): readonly string[] {
  const { headLsn, commits, entries, documentBytes, storeBytes, chunkBytes, compression } = totals;
  const size =
    compression === null
      ? ''
      : `; the store takes ${byteSize(storeBytes)}, of it ${byteSize(chunkBytes)} snapshots (log 1 : ${compression})`;
  return [
    `${store.location}, newest LSN ${headLsn}`,
    `${counted(commits, 'commit')}, ${counted(entries, 'entry', 'entries')}, ` +
      `${byteSize(documentBytes)} of documents${size}`,
    '',
    branchTable(branches, output),
    '',
    operationTable(branches, output),
  ];
}

function branchTable(branches: readonly BranchStats[], output: Output): string {
  return output.table(
    [
      { title: 'Branch' },
      { title: 'Head LSN', align: 'right' },
      { title: 'Commits', align: 'right' },
      { title: 'Entries', align: 'right' },
      { title: 'Documents', align: 'right' },
      { title: 'First' },
      { title: 'Last' },
      { title: 'Snapshots', align: 'right' },
      { title: 'Kept from' },
    ],
    branches.map(({ project, stats, snapshots }) => [
      `${project}~${stats.branch.name}`,
      String(stats.head),
      count(stats.commits),
      count(stats.entries),
      byteSize(stats.documentBytes),
      stats.first === undefined ? '' : moment(stats.first.timestamp),
      stats.last === undefined ? '' : moment(stats.last.timestamp),
      count(snapshots.length),
      keptFrom(stats.branch),
    ]),
  );
}

function keptFrom(branch: BranchRecord): string {
  const { horizon } = retentionOf(branch);
  return horizon === 0 ? 'the beginning' : `LSN ${horizon}`;
}

function operationTable(branches: readonly BranchStats[], output: Output): string {
  const all = new Map<string, { entries: number; documentBytes: number }>();
  for (const { stats } of branches) {
    for (const [name, { entries, documentBytes }] of stats.operations) {
      const before = all.get(name) ?? { entries: 0, documentBytes: 0 };
      all.set(name, {
        entries: before.entries + entries,
        documentBytes: before.documentBytes + documentBytes,
      });
    }
  }
  return output.table(
    [{ title: 'Operation' }, { title: 'Entries', align: 'right' }, { title: 'Documents', align: 'right' }],
    [...all]
      .sort(([, a], [, b]) => b.entries - a.entries)
      .map(([name, { entries, documentBytes }]) => [name, count(entries), byteSize(documentBytes)]),
  );
}
