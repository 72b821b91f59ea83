import type { Lsn } from '../../../entry/entry';

/** From where to where a block reaches: LSNs and times of its first and last entries. */
export interface Span {
  readonly first: Lsn;
  readonly last: Lsn;
  readonly firstTime: number;
  readonly lastTime: number;
}

/** With more than this, a branch's spans are forgotten and learnt again. */
const MAX_SPANS = 200_000;

/**
 * The spans of blocks met so far, so that the way to an entry is one exact look-up instead of a search in the log. A
 * hint: what is not known here may exist, and a block that is known may have become part of another.
 */
export class KnownSpans {
  readonly #branches = new Map<number, Span[]>();

  /** The known block that covers an LSN. */
  covering(branchId: number, lsn: Lsn): Span | undefined {
    const spans = this.#branches.get(branchId);
    const span = spans?.[placeOf(spans, lsn)];
    return span !== undefined && span.first <= lsn ? span : undefined;
  }

  learn(branchId: number, span: Span): void {
    let spans = this.#branches.get(branchId);
    if (spans === undefined || spans.length >= MAX_SPANS) this.#branches.set(branchId, (spans = []));
    const place = placeOf(spans, span.last);
    if (spans[place]?.last !== span.last) spans.splice(place, 0, span);
  }

  clear(): void {
    this.#branches.clear();
  }

  forget(branchId: number, span: Span): void {
    const spans = this.#branches.get(branchId);
    if (spans === undefined) return;
    const place = placeOf(spans, span.last);
    if (spans[place]?.last === span.last) spans.splice(place, 1);
  }
}

/** The first span that ends at or after an LSN. */
function placeOf(spans: readonly Span[], lsn: Lsn): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.last < lsn) low = middle + 1;
    else high = middle;
  }
  return low;
}
