import { timelineAt, type BranchLookup, type Lsn, type TimelineSegment } from '@argon/wal';

/** A commit of a branch's own chain, and what it shows. */
export interface ChainPoint {
  readonly branchId: number;
  readonly lsn: Lsn;
}

/**
 * The newest state that both have in their history: git's merge base. What a branch has in its history is what its
 * timeline shows, and what merges within that brought in (so a second merge of a branch sees the first); what a reset
 * hid is not. Where there are several (merges criss-cross), the one with the greatest LSN.
 * @returns undefined when they have nothing in common @throws BranchNotFoundError
 */
export async function mergeBase(
  a: ChainPoint,
  b: ChainPoint,
  lookup: BranchLookup,
): Promise<ChainPoint | undefined> {
  const [mine, others] = await Promise.all([historyOf(a, lookup), historyOf(b, lookup)]);
  let best: ChainPoint | undefined;
  for (const [branchId, spans] of mine) {
    for (const { from, to } of spans) {
      for (const other of others.get(branchId) ?? []) {
        const lsn = Math.min(to, other.to);
        if (lsn > Math.max(from, other.from) && (best === undefined || lsn > best.lsn))
          best = { branchId, lsn };
      }
    }
  }
  return best;
}

type Spans = readonly Pick<TimelineSegment, 'from' | 'to'>[];

/** Of each branch the parts of its chain that are in the history of a state. */
async function historyOf(point: ChainPoint, lookup: BranchLookup): Promise<ReadonlyMap<number, Spans>> {
  const history = new Map<number, TimelineSegment[]>();
  const seen = new Set<string>();
  const waiting = [point];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { segments } = await timelineAt(next.branchId, next.lsn, lookup);
    for (const segment of segments) {
      const { branchId, from, to } = segment;
      const name = `${branchId}:${from}:${to}`;
      if (seen.has(name)) continue;
      seen.add(name);
      const spans = history.get(branchId);
      if (spans === undefined) history.set(branchId, [segment]);
      else spans.push(segment);
      const { merges = [] } = (await lookup(branchId)) ?? {};
      for (const merge of merges) {
        if (merge.lsn > from && merge.lsn <= to) waiting.push({ branchId: merge.from, lsn: merge.at });
      }
    }
  }
  return history;
}
