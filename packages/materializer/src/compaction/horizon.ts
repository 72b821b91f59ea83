import { retentionOf, type BranchRecord, type KeepPolicy, type Lsn, type Store } from '@argon/wal';
import type { CompactOptions } from './contract';

const DAY = 24 * 60 * 60_000;

/**
 * The commit boundary of a branch's own chain from which on everything is kept: as the options say, else the branch's
 * policy, else its project's; never before the horizon there is. 0 keeps everything.
 */
export async function horizonOf(
  store: Store,
  record: BranchRecord,
  options: CompactOptions,
  now: number,
): Promise<Lsn> {
  const { horizon, keep } = retentionOf(record);
  const bound = boundOf(options, keep ?? (await projectPolicy(store, record)), now);
  const wanted = bound && (await store.commitAtOrBefore(record.id, bound));
  return Math.max(horizon, wanted?.lsn ?? 0);
}

async function projectPolicy(store: Store, record: BranchRecord): Promise<KeepPolicy> {
  const first = await store.branchById(record.projectId + 1);
  return (first && retentionOf(first).projectKeep) ?? { all: true };
}

function boundOf(
  options: CompactOptions,
  policy: KeepPolicy,
  now: number,
): { timestamp: number } | { lsn: Lsn } | undefined {
  if (options.before !== undefined) return { timestamp: options.before };
  const keep = options.keep ?? policy;
  if ('all' in keep) return undefined;
  return 'days' in keep ? { timestamp: now - keep.days * DAY } : { lsn: keep.sinceLsn };
}
