import type { CommandFacts, RolloutFacts } from '@argon/branch/rollout';
import { readPerf, type PerfCounts } from '@argon/engine';
import type { Arguments } from '../cli/arguments';
import type { Session } from '../store/session';
import { targetProject } from '../store/target';

/** What stores keep of how programs did, ms. */
const DAY = 24 * 3_600_000;

/** How the log does in the project that is meant. */
export async function rolloutFacts(
  session: Session,
  given: Arguments,
  since: number,
  now: number,
): Promise<RolloutFacts> {
  const project = await targetProject(session, given);
  const branches = (await session.branches.list(project)).filter(({ type }) => type === 'wal').length;
  const { total } = await readPerf(session.store, now - DAY + 60_000, now);
  return { since, now, branches, commands: { read: factsOf(total, 'read'), write: factsOf(total, 'write') } };
}

function factsOf({ timed, counters }: PerfCounts, kind: 'read' | 'write'): CommandFacts {
  const times = timed[kind];
  const milliseconds = (share: number) => {
    const microseconds = times.quantile(share);
    return microseconds === undefined ? null : microseconds / 1_000;
  };
  const failed = counters[`${kind}Failed`];
  return { count: times.count, failed, p50: milliseconds(0.5), p99: milliseconds(0.99) };
}
