import type { Lsn } from '../entry/entry';

interface Span {
  readonly first: Lsn;
  last: Lsn;
  readonly branchId: number;
}

/**
 * Which LSNs are used by which branch. Neighbours on one branch are one span, so that it takes memory for every turn from
 * one branch to another and not for every commit.
 */
export class LsnSpans {
  readonly #spans: Span[] = [];

  add(first: Lsn, last: Lsn, branchId: number): void {
    const before = this.#spans.at(-1);
    if (before?.branchId === branchId && before.last + 1 === first) before.last = last;
    else this.#spans.push({ first, last, branchId });
  }

  /** Where spans begin that overlap with one before them, and whose that one is. */
  overlaps(): { readonly first: Lsn; readonly branchId: number; readonly other: number }[] {
    const spans = [...this.#spans].sort((a, b) => a.first - b.first);
    const found: { first: Lsn; branchId: number; other: number }[] = [];
    let before: Span | undefined;
    for (const span of spans) {
      if (before !== undefined && span.first <= before.last) {
        found.push({ first: span.first, branchId: span.branchId, other: before.branchId });
      }
      if (before === undefined || span.last > before.last) before = span;
    }
    return found;
  }
}
