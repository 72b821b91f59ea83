import {
  BranchNotFoundError,
  type BranchRecord,
  type Entry,
  type Lsn,
  type MaybePromise,
  type Store,
} from '@argon/wal';

/**
 * Reads entries by LSN wherever they lie: versions of a document reach from a branch's chain into its ancestors', and
 * into those of the staging branches that any of them adopted.
 */
export class VersionReader {
  /** Branches as they were when last looked at. */
  readonly #records = new Map<number, BranchRecord>();

  constructor(private readonly store: Store) {}

  /** The entries at these LSNs, in the same order; undefined where compaction took one. @param branchId who names them */
  entries(branchId: number, lsns: readonly Lsn[]): Promise<readonly (Entry | undefined)[]> {
    return this.#byOwner(branchId, lsns, (owner, some) => this.store.entries(owner, some));
  }

  /** As `entries`, the documents alone; undefined for LSN 0 too. */
  documents(branchId: number, lsns: readonly Lsn[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#byOwner(branchId, lsns, (owner, some) => this.store.documents(owner, some));
  }

  /**
   * LSNs of versions, newest first: this one and those before it, at most `limit`. Where the store cannot tell the one
   * before for less than an entry, only the first: whoever reads it learns the next.
   */
  async trail(branchId: number, lsn: Lsn, limit: number): Promise<readonly Lsn[]> {
    const trail = [lsn];
    if (this.store.previous === undefined) return trail;
    let owner = branchId;
    for (let at = lsn; trail.length < limit;) {
      owner = await this.#owner(owner, at);
      const found = this.store.previous(owner, at);
      const previous = found instanceof Promise ? await found : found;
      if (previous === undefined || previous === 0) break;
      trail.push(previous);
      at = previous;
    }
    return trail;
  }

  async #byOwner<T>(
    branchId: number,
    lsns: readonly Lsn[],
    read: (owner: number, lsns: readonly Lsn[]) => MaybePromise<readonly (T | undefined)[]>,
  ): Promise<readonly (T | undefined)[]> {
    const places = new Map<number, number[]>();
    for (const [i, lsn] of lsns.entries()) {
      if (lsn === 0) continue;
      const owner = await this.#owner(branchId, lsn);
      const known = places.get(owner);
      if (known === undefined) places.set(owner, [i]);
      else known.push(i);
    }
    const found = new Array<T | undefined>(lsns.length).fill(undefined);
    for (const [owner, indexes] of places) {
      // The log is read forwards: a block of it that holds several is gone through once.
      indexes.sort((a, b) => lsns[a]! - lsns[b]!);
      const some = await read(
        owner,
        indexes.map((i) => lsns[i]!),
      );
      for (const [n, i] of indexes.entries()) found[i] = some[n];
    }
    return found;
  }

  /**
   * On whose chain an LSN lies that an entry of `branchId`'s chain names: at or below a fork it is the parent's, within
   * what was adopted the staging branch's.
   */
  async #owner(branchId: number, lsn: Lsn): Promise<number> {
    for (let id = branchId; ;) {
      const record = await this.#record(id, lsn);
      if (lsn <= record.baseLsn && record.parentId !== null) {
        id = record.parentId;
        continue;
      }
      const adopted = record.resets.find(
        ({ branchId: from, to }) => from !== undefined && lsn <= to,
      )?.branchId;
      // Its first LSN is past the head that it was forked at; what lies below is the branch's own.
      if (adopted === undefined || lsn <= (await this.#record(adopted, lsn)).baseLsn) return id;
      id = adopted;
    }
  }

  /** A branch's record that knows all it adopted up to an LSN: nothing is adopted below a head. */
  async #record(branchId: number, lsn: Lsn): Promise<BranchRecord> {
    const known = this.#records.get(branchId);
    if (known !== undefined && lsn <= known.headLsn) return known;
    const record = await this.store.branchById(branchId);
    if (record === undefined) throw new BranchNotFoundError(branchId);
    this.#records.set(branchId, record);
    return record;
  }
}
