import type { Lsn } from '../entry/entry';
import type { MaybePromise } from '../store/store';
import { BranchNotFoundError } from './errors';
import type { BranchRecord, Reset } from './records';

/** What is visible of one branch's chain: LSNs greater than `from`, up to and including `to`. */
export interface TimelineSegment {
  readonly branchId: number;
  readonly from: Lsn;
  readonly to: Lsn;
}

/** The segments of the log that a branch shows at an LSN, oldest first, none empty, none overlapping. Immutable. */
export class Timeline {
  constructor(
    /** The branch whose timeline this is. */
    readonly branchId: number,
    /** The LSN it is seen at. */
    readonly head: Lsn,
    readonly segments: readonly TimelineSegment[],
  ) {}

  /** The branch on whose chain a visible LSN lies; undefined if no segment covers it. */
  branchOf(lsn: Lsn): number | undefined {
    return this.segmentOf(lsn)?.branchId;
  }

  /** Whether a segment covers this LSN. (A covered LSN may still belong to a branch that is not on the timeline.) */
  contains(lsn: Lsn): boolean {
    return this.segmentOf(lsn) !== undefined;
  }

  /** The segment that covers this LSN, by binary search. */
  segmentOf(lsn: Lsn): TimelineSegment | undefined {
    const { segments } = this;
    const last = segments[segments.length - 1];
    // Most of what is read was written lately.
    if (last !== undefined && lsn > last.from) return lsn <= last.to ? last : undefined;
    let low = 0;
    let high = segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = segments[middle]!;
      if (lsn <= segment.from) high = middle - 1;
      else if (lsn > segment.to) low = middle + 1;
      else return segment;
    }
    return undefined;
  }

  /** The same timeline after commits on the branch's own chain up to `head`; resets are for `timelineAt`. */
  extendedTo(head: Lsn): Timeline {
    if (head <= this.head) return this;
    const last = this.segments[this.segments.length - 1];
    if (last !== undefined && last.branchId === this.branchId && last.to === this.head) {
      return new Timeline(this.branchId, head, [...this.segments.slice(0, -1), { ...last, to: head }]);
    }
    return new Timeline(this.branchId, head, [
      ...this.segments,
      { branchId: this.branchId, from: this.head, to: head },
    ]);
  }
}

/** Where a branch record is found by id. */
export type BranchLookup = (id: number) => MaybePromise<BranchRecord | undefined>;

/** The newest reset at or before an LSN; resets lie oldest first. */
function newestReset(record: BranchRecord, lsn: Lsn): Reset | undefined {
  for (let i = record.resets.length - 1; i >= 0; i--) {
    const reset = record.resets[i]!;
    if (reset.lsn <= lsn) return reset;
  }
  return undefined;
}

/**
 * What branch `branchId` shows at `lsn`. With visible(b, L) for that:
 * - if r is the newest reset on b's chain with r.lsn ≤ L: visible(b, r.to), then b's own (r.lsn, L]; if r names
 *   another branch a, visible(a, r.to);
 * - else: visible(parent, baseLsn) if there is a parent, then b's own (baseLsn, L].
 *
 * A reset's own entry changes no document, so that it lies outside its segment does not matter. An LSN below the
 * branch's base shows what its parent showed then.
 * @throws BranchNotFoundError
 */
export async function timelineAt(branchId: number, lsn: Lsn, lookup: BranchLookup): Promise<Timeline> {
  const newestFirst: TimelineSegment[] = [];
  let record = await find(branchId, lookup);
  let limit = lsn;
  for (;;) {
    const reset = newestReset(record, limit);
    const from = reset ? reset.lsn : record.baseLsn;
    if (limit > from) newestFirst.push({ branchId: record.id, from, to: limit });
    if (reset) {
      limit = reset.to;
      if (reset.branchId !== undefined) record = await find(reset.branchId, lookup);
      continue;
    }
    if (record.parentId === null) break;
    limit = Math.min(limit, record.baseLsn);
    record = await find(record.parentId, lookup);
  }
  return new Timeline(branchId, lsn, newestFirst.reverse());
}

async function find(id: number, lookup: BranchLookup): Promise<BranchRecord> {
  const record = await lookup(id);
  if (record === undefined) throw new BranchNotFoundError(id);
  return record;
}
