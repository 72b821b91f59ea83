import { StorageService, type BranchStorage } from '@argon/branch';
import type { ChunkUse, CompactReport } from '@argon/materializer';
import { watched } from '../../cli/watch';
import type { CommandDefinition } from '../../cli/definition';
import { PROJECT } from '../../cli/options';
import { byteSize, count } from '../../render/numbers';
import type { Output } from '../../render/output';
import { readTime } from '../../store/moment';
import { withSession, type Session } from '../../store/session';
import { targetProject } from '../../store/target';

export const walStorage: CommandDefinition = {
  path: 'wal storage',
  summary: 'what takes the space: by branch and collection, own and shared',
  details:
    'Own documents came since the branch was forked; shared ones lie where it was forked from, and are stored there once. ' +
    'Versions are all that lie on its chain, shown or not. What a compaction could free is what would go if only what ' +
    'branches, forks and pins show now were kept, or with --before what they have shown since. Sizes of documents are those ' +
    'of BSON; the store keeps them smaller.',
  options: [
    PROJECT,
    { flags: '--before <time>', description: 'what compaction could free of what is older than this' },
  ],
  examples: [
    ['argon wal storage', ''],
    ["argon wal storage --before '30 days ago'", 'what would that compaction free?'],
    [
      'argon wal storage --json',
      '{"project", "store": {…}, "branches": [{"branch", "own", "shared", "collections", …}], "reclaimable": {…}}',
    ],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const project = await targetProject(session, given);
      const before = given.text('before');
      const time = before === undefined ? Date.now() : readTime(before, '--before', "a time ('30 days ago')");
      const { branches, chunks } = await watched(context, 'Measuring', (watch) =>
        new StorageService(session.store, session.materializer).branches(project, watch),
      );
      const free = await reclaimable(session, project, time);
      const storeBytes = await session.store.size();
      const value = {
        project,
        store: { bytes: storeBytes, chunks: chunks.all, unneededChunks: chunks.unneeded },
        branches: branches.map(branchJson),
        reclaimable: free && reclaimableJson(free),
      };
      await output.result(value, () => lines(branches, chunks, free, storeBytes, output));
    }),
};

/** What compaction would take away; undefined where the store cannot be compacted. */
async function reclaimable(
  { store, materializer, log }: Session,
  project: string,
  before: number,
): Promise<CompactReport | undefined> {
  if (store.supports.compaction !== true) return undefined;
  const { id: projectId } = await log.project(project);
  return materializer.compact({ projectId }, { before, dryRun: true });
}

function branchJson({ chunks, log, ...rest }: BranchStorage): object {
  const { own, shared, snapshots } = chunks;
  return { ...rest, log, snapshots: { count: snapshots, own, shared } };
}

function reclaimableJson({ branches, chunks, chunkBytes }: CompactReport): object {
  return {
    bytes: branches.reduce((sum, each) => sum + each.bytes, 0),
    branches: branches.map(({ branch, dropped, hollowed, bytes }) => ({ branch, dropped, hollowed, bytes })),
    chunks,
    chunkBytes,
  };
}

function lines(
  branches: readonly BranchStorage[],
  { all, unneeded }: ChunkUse,
  free: CompactReport | undefined,
  storeBytes: number,
  output: Output,
): readonly string[] {
  const size = storeBytes === 0 ? '' : `Store: ${byteSize(storeBytes)}, of it `;
  return [
    `${size}${byteSize(all.bytes)} snapshots (${byteSize(unneeded.bytes)} that nothing needs)`,
    '',
    branchTable(branches, free, output),
    '',
    collectionTable(branches, output),
  ];
}

function branchTable(
  branches: readonly BranchStorage[],
  free: CompactReport | undefined,
  output: Output,
): string {
  const freed = new Map(free?.branches.map(({ branchId, bytes }) => [branchId, bytes]));
  return output.table(
    [
      { title: 'Branch' },
      { title: 'Own', align: 'right' },
      { title: 'Shared', align: 'right' },
      { title: 'Versions', align: 'right' },
      { title: 'Snapshots: own', align: 'right' },
      { title: 'shared', align: 'right' },
      ...(free === undefined ? [] : [{ title: 'Could go', align: 'right' as const }]),
    ],
    branches.map(({ branch, branchId, own, shared, logBytes, chunks }) => [
      branch,
      byteSize(own.bytes),
      byteSize(shared.bytes),
      byteSize(logBytes),
      byteSize(chunks.own.bytes),
      byteSize(chunks.shared.bytes),
      ...(free === undefined ? [] : [byteSize(freed.get(branchId) ?? 0)]),
    ]),
  );
}

function collectionTable(branches: readonly BranchStorage[], output: Output): string {
  const rows = branches.flatMap(({ branch, collections, log }) => {
    const names = new Set([...collections, ...log].map(({ name }) => name));
    return [...names].sort().map((name) => {
      const shown = collections.find((each) => each.name === name);
      const versions = log.find((each) => each.name === name);
      return [
        branch,
        name,
        shown === undefined ? '' : count(shown.own.documents),
        shown === undefined ? '' : byteSize(shown.own.bytes),
        shown === undefined ? '' : count(shown.shared.documents),
        shown === undefined ? '' : byteSize(shown.shared.bytes),
        count(versions?.entries ?? 0),
        byteSize(versions?.bytes ?? 0),
      ];
    });
  });
  return output.table(
    [
      { title: 'Branch' },
      { title: 'Collection' },
      { title: 'Own documents', align: 'right' },
      { title: '', align: 'right' },
      { title: 'Shared documents', align: 'right' },
      { title: '', align: 'right' },
      { title: 'Entries', align: 'right' },
      { title: 'Versions', align: 'right' },
    ],
    rows,
  );
}
