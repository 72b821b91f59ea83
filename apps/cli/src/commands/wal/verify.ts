import type { Repair, VerifyStatesReport } from '@argon/materializer';
import { verifyStore, type VerifyReport } from '@argon/wal';
import type { CommandContext } from '../../cli/context';
import type { CommandDefinition } from '../../cli/definition';
import { EXIT } from '../../errors/exit-code';
import { byteSize, counted } from '../../render/numbers';
import type { Output } from '../../render/output';
import { startProgress } from '../../render/progress';
import { BranchNames } from '../../store/branch-names';
import { withSession, type Session } from '../../store/session';

/** Something that is wrong, as it is told. */
interface Problem {
  readonly kind: 'log' | 'snapshot' | 'index' | 'chunk';
  /** `shop~main`; null for a chunk. */
  readonly branch: string | null;
  readonly lsn: number;
  readonly problem: string;
}

export const walVerify: CommandDefinition = {
  path: 'wal verify',
  summary: 'check the whole store: the log, snapshots, indexes',
  details:
    'Reads everything, of all projects. Of the log: checksums, that commits are whole and follow each other, that versions ' +
    'are linked, where branches fork, resets and merges. Of what is derived from it: that snapshots and indexes hold what ' +
    'the log says, chunk by chunk. Damage is listed, and ends with code 5. --repair drops what is damaged of the derived ' +
    'data and makes it again; the log is never changed: if that is damaged, restore the store from a backup.',
  options: [{ flags: '--repair', description: 'drop damaged snapshots and chunks and take snapshots again' }],
  examples: [
    ['argon wal verify', 'is everything as it should be?'],
    ['argon wal verify --repair', 'make what is derived from the log again where it is damaged'],
    [
      'argon wal verify --json',
      '{"verify": {"commits", …}, "problems": [], "repair": null, "healthy": true}',
    ],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const log = await checkedLog(context, session);
      const states = await checkedStates(context, session);
      const names = new BranchNames(session.store);
      const problems: Problem[] = [];
      for (const { branchId, lsn, problem } of log.problems) {
        problems.push({ kind: 'log', branch: await names.of(branchId), lsn, problem });
      }
      for (const { kind, branchId, lsn, problem } of states.problems) {
        const branch = kind === 'chunk' ? null : await names.of(branchId);
        problems.push({ kind, branch, lsn, problem });
      }
      const isMended = states.repair !== null && states.repair.failed.length === 0;
      const healthy = problems.every(({ kind }) => isMended && kind !== 'log');
      await context.output.result(
        { verify: counts(log, states), problems, repair: repairJson(states.repair), healthy },
        () => [
          summary(log, states),
          ...problemLines(problems, context.output),
          ...repairLines(states.repair, problems),
        ],
      );
      return healthy ? EXIT.ok : EXIT.store;
    }),
};

async function checkedLog({ terminal, output }: CommandContext, session: Session): Promise<VerifyReport> {
  const options = {
    title: 'Checking the log',
    total: undefined,
    unit: 'documents',
    noun: 'entries',
  } as const;
  const line = await startProgress(terminal, options, !output.json);
  try {
    const onProgress = (documents: number): void => line.update({ documents });
    return await verifyStore(session.store, { onProgress, signal: session.signal });
  } finally {
    line.stop();
  }
}

async function checkedStates(
  { terminal, output, given }: CommandContext,
  session: Session,
): Promise<VerifyStatesReport> {
  const options = { total: undefined, unit: 'documents', noun: 'chunks and commits' } as const;
  const title = 'Checking snapshots and indexes';
  const line = await startProgress(terminal, { title, ...options }, !output.json);
  try {
    return await session.materializer.verify({
      repair: given.flag('repair'),
      onProgress: ({ chunks, commits }) => line.update({ documents: chunks + commits }),
      signal: session.signal,
    });
  } finally {
    line.stop();
  }
}

function counts(log: VerifyReport, states: VerifyStatesReport): object {
  const { projects, branches, commits, entries } = log;
  const { snapshots, chunks, chunkBytes, indexes } = states;
  return { projects, branches, commits, entries, snapshots, chunks, chunkBytes, indexes };
}

function summary(log: VerifyReport, states: VerifyStatesReport): string {
  const parts = [
    counted(log.projects, 'project'),
    counted(log.branches, 'branch', 'branches'),
    counted(log.commits, 'commit'),
    counted(log.entries, 'entry', 'entries'),
    counted(states.snapshots, 'snapshot'),
    `${counted(states.chunks, 'chunk')} (${byteSize(states.chunkBytes)})`,
    counted(states.indexes, 'index', 'indexes'),
  ];
  return `Checked: ${parts.join(', ')}`;
}

function problemLines(problems: readonly Problem[], output: Output): readonly string[] {
  if (problems.length === 0) return [output.colours.green('No damage.')];
  return [
    output.colours.red(counted(problems.length, 'problem')),
    ...problems.map(({ kind, branch, lsn, problem }) => {
      const where = branch === null ? '' : ` of ${branch}${lsn === 0 ? '' : ` at LSN ${lsn}`}`;
      return `  ${kind}${where}: ${problem}`;
    }),
  ];
}

function repairLines(repair: Repair | null, problems: readonly Problem[]): readonly string[] {
  if (problems.length === 0) return [];
  const isLogDamaged = problems.some(({ kind }) => kind === 'log');
  const log = isLogDamaged
    ? ['The log is damaged, which nothing can make again: restore the store from a backup.']
    : [];
  if (repair === null) {
    const isDerived = problems.some(({ kind }) => kind !== 'log');
    return [...log, ...(isDerived ? ["'argon wal verify --repair' makes the rest again."] : [])];
  }
  const { snapshotsDropped, chunksRemoved, snapshotsTaken, failed } = repair;
  return [
    `Repaired: ${counted(snapshotsDropped, 'snapshot')} and ${counted(chunksRemoved, 'chunk')} dropped, ` +
      `${counted(snapshotsTaken, 'snapshot')} taken`,
    ...failed.map(({ branchId, problem }) => `  not of branch ${branchId}: ${problem}`),
    ...log,
  ];
}

function repairJson(repair: Repair | null): object | null {
  if (repair === null) return null;
  const { snapshotsDropped, chunksRemoved, snapshotsTaken, failed } = repair;
  return {
    snapshotsDropped,
    chunksRemoved,
    snapshotsTaken,
    failed: failed.map(({ branchId, problem }) => ({ branchId, problem })),
  };
}
