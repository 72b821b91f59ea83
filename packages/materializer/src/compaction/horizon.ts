import { namedPin, retentionOf, type BranchRecord, type KeepPolicy, type Lsn, type Store } from '@argon/wal';
import type { CompactOptions } from './contract';

const DAY = 24 * 60 * 60_000;
/** How long a client may come back to a write, ms: as long as its session lives. What is noted with commits stays so long. */
const NOTES_LIFETIME = 30 * 60_000;

/** From where on a branch keeps everything, and the pin that was to say so, if there is none of that name. */
export interface FoundHorizon {
  readonly horizon: Lsn;
  readonly missingPin: string | null;
}

/**
 * The commit boundary of a branch's own chain from which on everything is kept: as the options say, else the branch's
 * policy, else its project's; never before the horizon there is, and that one where the pin is missing that the policy
 * names. 0 keeps everything.
 */
export async function horizonOf(
  store: Store,
  record: BranchRecord,
  options: CompactOptions,
  now: number,
): Promise<FoundHorizon> {
  const { horizon, keep } = retentionOf(record);
  const bound = await boundOf(store, record, options, keep ?? (await projectPolicy(store, record)), now);
  if (typeof bound === 'string') return { horizon, missingPin: bound };
  return { horizon: await horizonAt(store, record, bound, now), missingPin: null };
}

async function horizonAt(
  store: Store,
  record: BranchRecord,
  bound: Bound | undefined,
  now: number,
): Promise<Lsn> {
  const { horizon } = retentionOf(record);
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

type Bound = { readonly timestamp: number } | { readonly lsn: Lsn };

/** The moment since which all is kept; undefined: any; a name: the pin that there is not. */
async function boundOf(
  store: Store,
  record: BranchRecord,
  options: CompactOptions,
  policy: KeepPolicy,
  now: number,
): Promise<Bound | string | undefined> {
  if (options.before !== undefined) return { timestamp: options.before };
  const keep = options.keep ?? policy;
  if ('all' in keep) return undefined;
  if ('sincePin' in keep) {
    const pin = namedPin(keep.sincePin, record, await store.branches(record.projectId));
    return pin === undefined ? keep.sincePin : { lsn: pin.lsn };
  }
  return 'days' in keep ? { timestamp: now - keep.days * DAY } : { lsn: keep.sinceLsn };
}
