import type { Lsn } from '../../../entry/entry';
import type { SnapshotRecord, SnapshotStore } from '../../chunks';

/** Snapshot records in this process's memory. */
export class MemorySnapshotStore implements SnapshotStore {
  readonly #byBranch = new Map<number, Map<Lsn, SnapshotRecord>>();
  #hotList: Uint8Array | undefined;

  constructor(private readonly checkOpen: () => void = () => undefined) {}

  async put(snapshot: SnapshotRecord): Promise<void> {
    this.checkOpen();
    let own = this.#byBranch.get(snapshot.branchId);
    if (!own) this.#byBranch.set(snapshot.branchId, (own = new Map()));
    own.set(snapshot.lsn, { ...snapshot });
  }

  atOrBefore(branchId: number, lsn: Lsn): SnapshotRecord | undefined {
    return this.list(branchId).findLast((snapshot) => snapshot.lsn <= lsn);
  }

  list(branchId?: number): readonly SnapshotRecord[] {
    this.checkOpen();
    const branches =
      branchId === undefined ? [...this.#byBranch.values()] : [this.#byBranch.get(branchId) ?? new Map()];
    return branches
      .flatMap((own) => [...(own as Map<Lsn, SnapshotRecord>).values()])
      .sort((a, b) => a.branchId - b.branchId || a.lsn - b.lsn);
  }

  async remove(branchId: number, lsn: Lsn): Promise<void> {
    this.checkOpen();
    this.#byBranch.get(branchId)?.delete(lsn);
  }

  hotList(): Uint8Array | undefined {
    this.checkOpen();
    return this.#hotList;
  }

  async putHotList(list: Uint8Array): Promise<void> {
    this.checkOpen();
    this.#hotList = Uint8Array.from(list);
  }
}
