import { retentionOf, type BranchRecord, type KeepPolicy, type Lsn, type Store } from '@argon/wal';
import type { CompactOptions } from './contract';

const DAY = 24 * 60 * 60_000;
/** How long a client may come back to a write, ms: as long as its session lives. What is noted with commits stays so long. */
const NOTES_LIFETIME = 30 * 60_000;

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
  if (wanted === undefined || wanted.lsn <= horizon) return horizon;
  const since = now - NOTES_LIFETIME;
  if (wanted.timestamp <= since) return wanted.lsn;
  return Math.max(horizon, await beforeNotes(store, record.id, since, wanted.lsn));
}

/** The last commit up to an LSN before the first one after a time with which something was noted. */
async function beforeNotes(store: Store, branchId: number, since: number, through: Lsn): Promise<Lsn> {
  const start = await store.commitAtOrBefore(branchId, { timestamp: since });
  const range = { after: start?.lsn ?? 0, through, bare: true };
  for await (const batch of store.commits(branchId, range)) {
    const noted = batch.find(({ entries }) => entries.at(-1)?.note !== undefined);
    if (noted !== undefined) return noted.after;
  }
  return through;
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
