import type { ChunkHash, SnapshotRecord, Store } from '@argon/wal';
import { retentionOf } from '@argon/wal';
import { SnapshotDamagedError } from '../errors';
import { decodeCollection, decodeManifest, type StoredCollection } from '../snapshot/manifest';
import type { SoundChunks } from './sound-chunks';
import type { TreeCheck } from './tree-check';

/** A snapshot's collection, and the chunk that it is written in. */
export interface CheckedCollection {
  readonly chunk: ChunkHash;
  readonly stored: StoredCollection;
}

/** Checks what a snapshot is made of, without asking whether it shows what the log does. */
export class SnapshotCheck {
  /** Chunks of collections whose trees were checked. */
  readonly #checked = new Set<ChunkHash>();

  constructor(
    private readonly store: Store,
    private readonly chunks: SoundChunks,
    private readonly trees: TreeCheck,
  ) {}

  /**
   * The collections that it holds.
   * @throws SnapshotDamagedError, ChunkMissingError, ChunkDamagedError
   */
  async check(snapshot: SnapshotRecord): Promise<readonly CheckedCollection[]> {
    await this.#place(snapshot);
    const [manifest] = await this.chunks.get([snapshot.root]);
    const { entries } = decodeManifest(manifest!);
    const collections: CheckedCollection[] = [];
    for (const { name, chunk } of entries) {
      const [bytes] = await this.chunks.get([chunk]);
      const stored = decodeCollection(bytes!);
      if (stored.catalog.name !== name)
        throw new SnapshotDamagedError(
          `what it has for collection '${name}' is collection '${stored.catalog.name}'`,
        );
      if (!this.#checked.has(chunk)) await this.#trees(stored);
      this.#checked.add(chunk);
      collections.push({ chunk, stored });
    }
    return collections;
  }

  /** A snapshot is of the end of a commit of its branch's own chain, or of the branch's start. */
  async #place({ branchId, lsn }: SnapshotRecord): Promise<void> {
    const branch = await this.store.branchById(branchId);
    if (branch === undefined) throw new SnapshotDamagedError(`there is no branch ${branchId}`);
    if (lsn === branch.startLsn || lsn < retentionOf(branch).horizon) return;
    const commit = await this.store.commitAtOrBefore(branchId, { lsn });
    if (commit?.lsn !== lsn) throw new SnapshotDamagedError(`no commit of its branch ends at LSN ${lsn}`);
  }

  async #trees({ catalog, records, ids, indexes }: StoredCollection): Promise<void> {
    await this.trees.check('number', records);
    await this.trees.check('string', ids);
    if (records.count !== ids.count)
      throw new SnapshotDamagedError(
        `collection '${catalog.name}' has ${records.count} records and ${ids.count} _ids`,
      );
    for (const { root } of indexes.values()) await this.trees.check('string', root);
  }
}
