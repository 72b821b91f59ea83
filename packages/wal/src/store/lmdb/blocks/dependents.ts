import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Lsn } from '../../../entry/entry';
import type { BlockReader } from './block-reader';
import { IS_DELTA } from './layout';

/** So many blocks are looked at between two turns of the event loop. */
const BLOCKS_AT_ONCE = 200;

/**
 * Which entries of a chain are stored as deltas of which. Up to a horizon that is known once and for all: new entries
 * come after it, and deltas may become images, but not the other way round.
 */
export class Dependents {
  readonly #bases: Float64Array;
  readonly #lsns: Float64Array;

  private constructor(pairs: readonly (readonly [base: Lsn, lsn: Lsn])[]) {
    this.#bases = Float64Array.from(pairs, ([base]) => base);
    this.#lsns = Float64Array.from(pairs, ([, lsn]) => lsn);
  }

  /** Looks through a branch's own chain up to `through`; `fresh` makes the read transaction current. */
  static async of(
    blocks: BlockReader,
    branchId: number,
    through: Lsn,
    fresh: <T>(work: () => T) => T,
  ): Promise<Dependents> {
    const pairs: [Lsn, Lsn][] = [];
    for (let next = branchId + 1; next <= through;) {
      const last = fresh(() => {
        let end = through;
        for (const block of blocks.range(branchId, next, BLOCKS_AT_ONCE)) {
          for (const { shape, prevLsn, lsn } of blocks.items(branchId, block)) {
            if (shape & IS_DELTA && prevLsn > branchId && lsn <= through) pairs.push([prevLsn, lsn]);
          }
          end = block.span.last;
        }
        return end;
      });
      next = last + 1;
      await nextTurn();
    }
    return new Dependents(pairs.sort(([a], [b]) => a - b));
  }

  /** The deltas of the version at an LSN. */
  *on(base: Lsn): Generator<Lsn, void, undefined> {
    let low = 0;
    let high = this.#bases.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#bases[middle]! < base) low = middle + 1;
      else high = middle;
    }
    for (; this.#bases[low] === base; low++) yield this.#lsns[low]!;
  }
}
