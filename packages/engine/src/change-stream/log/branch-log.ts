import {
  resetArgument,
  type Commit,
  type Entry,
  type LogRange,
  type Lsn,
  type Store,
  type Timeline,
  timelineAt,
} from '@argon/wal';
import { notedTransaction, type NotedTransaction } from '../../session/noted-transaction';
import { isWhole, type Place, WHOLE } from '../place';
import { spansAfter, type Span } from './path';

/** The commit that a branch's history has something from. */
export interface CommitHead {
  readonly lsn: Lsn;
  /** ms since the epoch. */
  readonly timestamp: number;
  /** The chain that it lies on. */
  readonly chainId: number;
  /** The commit before it there. */
  readonly after: Lsn;
  /** The transaction that it was. */
  readonly transaction?: NotedTransaction | undefined;
}

/** Entries of one commit, in order; of a large one, some at a time. */
export interface EntriesPart {
  readonly kind: 'entries';
  readonly commit: CommitHead;
  /** All entries of the commit, or of one commit of the staging branch that it adopts. */
  readonly entries: readonly Entry[];
  /** Which of them are this part: from, up to (exclusive). */
  readonly from: number;
  readonly to: number;
  /** The chain that the entries lie on: the commit's own, or the staging branch's. */
  readonly chainId: number;
  /** The commit boundary before these entries, there. */
  readonly after: Lsn;
}

/** A commit that makes the branch show again what it showed before. */
export interface ResetPart {
  readonly kind: 'reset';
  readonly commit: CommitHead;
}

export type LogPart = EntriesPart | ResetPart;

/** Entries that are looked at together. */
const PART_ENTRIES = 256;

/**
 * What led a branch to its head, after a place: read as it is asked for, commit by commit, along the chains of its ancestors
 * and its own; where a commit adopts a staging branch, what was written there. Ends at the head.
 * @param place nothing before its commit is read
 */
export async function* branchLog(store: Store, branchId: number, place: Place): AsyncGenerator<LogPart> {
  const begin = isWhole(place) ? place.lsn : Math.max(0, place.lsn - 1);
  for (const span of await spansAfter(store, branchId, begin)) {
    for await (const batch of store.commits(span.chain.id, rangeOf(span))) {
      for (const commit of batch) yield* partsOf(store, commit, commit.lsn === place.lsn ? place.at : 0);
    }
  }
}

function rangeOf({ after, through }: Span): LogRange {
  return through === Infinity ? { after } : { after, through };
}

async function* partsOf(store: Store, commit: Commit, at: Lsn): AsyncGenerator<LogPart> {
  const { lsn, timestamp, after, branchId: chainId } = commit;
  const head: CommitHead = { lsn, timestamp, chainId, after, transaction: notedTransaction(commit) };
  const reset = commit.entries.find(({ operation }) => operation === 'reset_branch');
  if (reset === undefined) {
    yield* inParts(head, commit, at);
    return;
  }
  const { to, branchId: from } = resetArgument(reset);
  const staging = from === undefined ? undefined : await store.branchById(from);
  const isAdoption = staging?.parentId === chainId && staging.baseLsn === after;
  if (!isAdoption) {
    yield { kind: 'reset', commit: head };
    return;
  }
  const range = {
    after: Math.max(staging.startLsn, at === WHOLE ? 0 : at - 1),
    ...(to === undefined ? {} : { through: to }),
  };
  for await (const batch of store.commits(staging.id, range)) {
    for (const staged of batch) yield* inParts(head, staged, at);
  }
}

function* inParts(commit: CommitHead, { entries, branchId, after }: Commit, at: Lsn): Generator<EntriesPart> {
  let from = 0;
  while (from < entries.length && entries[from]!.lsn < at) from += 1;
  while (from < entries.length) {
    let to = Math.min(entries.length, from + PART_ENTRIES);
    // Changes of the catalogue that belong together stay so.
    while (to < entries.length && entries[to]!.recordLsn === 0) to += 1;
    yield { kind: 'entries', commit, entries, from, to, chainId: branchId, after };
    from = to;
  }
}

/** The timeline that entries of a chain were written against, with those entries on it. */
export class Timelines {
  #last: Timeline | undefined;
  #chainId = 0;

  constructor(private readonly store: Store) {}

  /** To be told of every part, in order: what lies on other chains in between must not be taken for the chain's own. */
  pass({ chainId }: EntriesPart): void {
    if (chainId !== this.#chainId) this.forget();
    this.#chainId = chainId;
  }

  async with({ chainId, after, entries }: EntriesPart): Promise<Timeline> {
    const end = entries.at(-1)!.lsn;
    const lookup = (id: number) => this.store.branchById(id);
    this.#last = (this.#last ?? (await timelineAt(chainId, after, lookup))).extendedTo(end);
    return this.#last;
  }

  /** After a reset other segments are shown. */
  forget(): void {
    this.#last = undefined;
  }
}
