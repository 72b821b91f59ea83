import { type ClientSession, Long } from 'mongodb';
import type { Lsn } from '../../../entry/entry';
import { BranchNotFoundError } from '../../../refs/errors';
import { CHAIN_INDEX, type Collections } from '../collections';
import type { HeadCheck } from './head-check';

/** Where a branch's chain ends, and what a writer must know to go on from there. */
export interface ChainEnd {
  readonly lsn: Lsn;
  readonly timestamp: number;
  /** The newest entry about the branch itself: what was known of its record before this LSN may be out of date. */
  readonly refLsn: Lsn;
  /** The branch is deleted; nothing may follow. */
  readonly closed: boolean;
}

interface StoredEnd {
  readonly lsn: Long | number;
  readonly timestamp: Date;
  readonly ref_lsn: Long | number;
  readonly closed?: true;
  readonly birth?: { readonly start_lsn: Long | number };
}

const PROJECTION = { _id: 0, lsn: 1, timestamp: 1, ref_lsn: 1, closed: 1, birth: 1 } as const;
/** Ends of this many branches are remembered. */
const REMEMBERED = 50_000;

/**
 * The ends of the branches' chains: asked for with one indexed query, and remembered as this process last saw them.
 * What is remembered was true once and is never ahead of the log, so it tells that a head has moved on but not that
 * it has not.
 */
export class ChainEnds {
  readonly #log: Collections['log'];
  readonly #check: HeadCheck;
  readonly #complete: (branchId: number) => Promise<ChainEnd | undefined>;
  readonly #known = new Map<number, ChainEnd>();

  /** `complete` writes the beginning of a chain that should have one, and gives its end. */
  constructor(
    log: Collections['log'],
    check: HeadCheck,
    complete: (branchId: number) => Promise<ChainEnd | undefined>,
  ) {
    this.#log = log;
    this.#check = check;
    this.#complete = complete;
  }

  /** As last seen by this process. */
  known(branchId: number): ChainEnd | undefined {
    return this.#known.get(branchId);
  }

  /**
   * The end of the chain as a majority has it.
   * @throws BranchNotFoundError
   */
  async current(branchId: number, session?: ClientSession): Promise<ChainEnd> {
    const known = session === undefined ? this.#known.get(branchId) : undefined;
    // What was found out meanwhile is as good an answer: it was true after this was asked.
    if (known !== undefined && (await this.#check.isEnd(branchId, known.lsn))) {
      return this.#known.get(branchId) ?? known;
    }
    const stored = await this.#log.findOne<StoredEnd>(
      { branch_id: Long.fromNumber(branchId), sealed: true },
      {
        projection: PROJECTION,
        sort: { after: -1 },
        hint: CHAIN_INDEX,
        ...(session === undefined ? {} : { session }),
      },
    );
    if (stored === null) {
      const begun = session === undefined ? await this.#complete(branchId) : undefined;
      if (begun === undefined) throw new BranchNotFoundError(branchId);
      return begun;
    }
    const end = endOf(stored);
    // Within a transaction the end may be one that only the transaction sees.
    if (session === undefined) this.saw(branchId, end);
    return end;
  }

  /** What follows the commit at `after`, as a majority has it; undefined if nothing does (yet). */
  async following(branchId: number, after: Lsn): Promise<ChainEnd | undefined> {
    const stored = await this.#log.findOne<StoredEnd>(
      { branch_id: Long.fromNumber(branchId), after: Long.fromNumber(after), sealed: true },
      { projection: PROJECTION, hint: CHAIN_INDEX },
    );
    if (stored === null) return undefined;
    const end = endOf(stored);
    this.saw(branchId, end);
    return end;
  }

  /** Remembers an end that a majority has, unless a later one is known. */
  saw(branchId: number, end: ChainEnd): void {
    const known = this.#known.get(branchId);
    if (known !== undefined && known.lsn > end.lsn) return;
    this.#known.delete(branchId);
    this.#known.set(branchId, end);
    if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value!);
  }
}

function endOf(stored: StoredEnd): ChainEnd {
  return {
    lsn: Number(stored.birth === undefined ? stored.lsn : stored.birth.start_lsn),
    timestamp: stored.timestamp.getTime(),
    refLsn: Number(stored.ref_lsn),
    closed: stored.closed === true,
  };
}
