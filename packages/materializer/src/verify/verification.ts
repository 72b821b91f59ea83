import {
  ArgonError,
  retentionOf,
  type BranchRecord,
  type ChunkHash,
  type ChunkStore,
  type Lsn,
  type SnapshotRecord,
  type Store,
} from '@argon/wal';
import { familyOf } from '../compaction/retained-points';
import type { KeySources } from '../index/key-extractor';
import { SNAPSHOT_FORMAT } from '../snapshot/manifest';
import {
  MAX_PROBLEMS,
  type StateProblem,
  type VerifyStatesOptions,
  type VerifyStatesReport,
} from './contract';
import { HistoryCheck, type ReadableSnapshot } from './history-check';
import { IndexCheck } from './index-check';
import { repair } from './repair';
import { SnapshotCheck } from './snapshot-check';
import { SoundChunks } from './sound-chunks';
import { TreeCheck } from './tree-check';
import { Trial } from './trial';

interface Parts {
  readonly store: Store;
  readonly chunks: ChunkStore;
  readonly keySources: KeySources;
  /** Takes a snapshot of what a branch shows now. */
  readonly snapshot: (branchId: number) => Promise<unknown>;
  /** Lets go of the states in memory. */
  readonly forget: () => void;
}

/** Chunks that are read at a time. */
const BATCH = 64;

/** One pass over everything that is derived from the log: what it finds, and what can be done about it. */
export class Verification {
  readonly #problems: StateProblem[] = [];
  /** Snapshots to be dropped; one may be here twice. */
  readonly #wrong = new Set<SnapshotRecord>();
  readonly #damaged = new Set<ChunkHash>();
  readonly #chunks: SoundChunks;
  readonly #indexes: IndexCheck;
  readonly #history: HistoryCheck;
  #snapshots = 0;
  #commits = 0;

  constructor(
    private readonly parts: Parts,
    private readonly options: VerifyStatesOptions,
  ) {
    const { store, chunks, keySources } = parts;
    const step = (): void => this.#step();
    const newTrial = (): Trial => new Trial(store, chunks, keySources);
    this.#chunks = new SoundChunks(chunks, step);
    this.#indexes = new IndexCheck(newTrial().documents, keySources, step);
    this.#history = new HistoryCheck(
      store,
      newTrial,
      {
        commits: (count) => {
          this.#commits += count;
          step();
        },
        log: (branchId, lsn, problem) => this.#report({ kind: 'log', branchId, lsn, problem }),
        snapshot: (record, problem) => this.#reject(record, problem),
      },
      options.signal,
    );
  }

  /** @throws what the store throws when it cannot be reached, and the signal's reason */
  async run(): Promise<VerifyStatesReport> {
    const readable = await this.#readable();
    for (const branch of await this.#branches()) {
      await this.#history.branch(branch, readable.get(branch.id) ?? []);
      await this.#newest(branch);
    }
    await this.#rest();
    const { chunks, bytes } = this.#chunks;
    return {
      snapshots: this.#snapshots,
      chunks,
      chunkBytes: bytes,
      commits: this.#commits,
      indexes: this.#indexes.indexes,
      problems: this.#problems,
      repair: this.options.repair === true ? await repair(this.parts, this.#wrong, this.#damaged) : null,
    };
  }

  /** The snapshots whose chunks are sound, by branch. */
  async #readable(): Promise<ReadonlyMap<number, readonly ReadableSnapshot[]>> {
    const { store } = this.parts;
    const check = new SnapshotCheck(store, this.#chunks, new TreeCheck(this.#chunks));
    const readable = new Map<number, ReadableSnapshot[]>();
    for (const record of await store.snapshots.list()) {
      if (record.format !== SNAPSHOT_FORMAT) continue;
      this.#snapshots += 1;
      try {
        const collections = await check.check(record);
        readable.set(record.branchId, [...(readable.get(record.branchId) ?? []), { record, collections }]);
      } catch (error) {
        if (!(error instanceof ArgonError)) throw error;
        // Compaction may have taken it away meanwhile.
        if (await this.#isThere(record)) this.#reject(record, error.message);
      }
    }
    return readable;
  }

  async #isThere({ branchId, lsn, root }: SnapshotRecord): Promise<boolean> {
    const found = await this.parts.store.snapshots.atOrBefore(branchId, lsn);
    return found?.lsn === lsn && found.root === root;
  }

  /**
   * Live branches, and those that they were forked from or adopted, by id. So every branch comes after the one that it was
   * forked from; one that was adopted mostly comes after the one that adopted it, off which it was forked. Others nobody
   * can read, and compaction takes away what they would need.
   */
  async #branches(): Promise<readonly BranchRecord[]> {
    const { store } = this.parts;
    const found: BranchRecord[] = [];
    for (const { id } of await store.projects()) found.push(...(await familyOf(store, id)));
    return found.sort((a, b) => a.id - b.id);
  }

  /** The documents of a branch's newest snapshot against its indexes. */
  async #newest(branch: BranchRecord): Promise<void> {
    const record = this.#history.newest(branch.id);
    if (record === undefined || record.lsn < retentionOf(branch).horizon) return;
    const { store, chunks, keySources } = this.parts;
    try {
      const state = await new Trial(store, chunks, keySources).reader.read(record);
      const problems = await this.#indexes.problems(state);
      for (const problem of problems) this.#reject(record, problem, 'index');
      if (problems.length > 0) await this.#distrust(branch);
    } catch (error) {
      if (!(error instanceof ArgonError)) throw error;
      this.#report({ kind: 'log', branchId: branch.id, lsn: lsnOf(error), problem: error.message });
    }
  }

  /** An index that is wrong although it follows from what was there before: those before are wrong as well. */
  async #distrust(branch: BranchRecord): Promise<void> {
    const { store } = this.parts;
    let record: BranchRecord | undefined = branch;
    while (record !== undefined) {
      for (const snapshot of await store.snapshots.list(record.id)) this.#wrong.add(snapshot);
      record = record.parentId === null ? undefined : await store.branchById(record.parentId);
    }
  }

  /** Chunks that no readable snapshot needs: if one is put again, it is taken for there as it is. */
  async #rest(): Promise<void> {
    const { chunks } = this.parts;
    for await (const listed of chunks.list()) {
      const hashes = listed.map(({ hash }) => hash).filter((hash) => !this.#chunks.has(hash));
      for (let from = 0; from < hashes.length; from += BATCH) {
        for (const hash of hashes.slice(from, from + BATCH)) await this.#chunk(hash);
      }
    }
  }

  async #chunk(hash: ChunkHash): Promise<void> {
    try {
      await this.#chunks.get([hash]);
    } catch (error) {
      if (!(error instanceof ArgonError)) throw error;
      const [bytes] = await this.parts.chunks.get([hash]);
      if (bytes === undefined) return;
      this.#damaged.add(hash);
      this.#report({ kind: 'chunk', branchId: 0, lsn: 0, problem: error.message });
    }
  }

  #step(): void {
    this.options.onProgress?.({ chunks: this.#chunks.chunks, commits: this.#commits });
    this.options.signal?.throwIfAborted();
  }

  #reject(record: SnapshotRecord, problem: string, kind: 'snapshot' | 'index' = 'snapshot'): void {
    this.#wrong.add(record);
    this.#report({ kind, branchId: record.branchId, lsn: record.lsn, problem });
  }

  #report(problem: StateProblem): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }
}

function lsnOf(error: ArgonError): Lsn {
  const { lsn } = error.data;
  return typeof lsn === 'number' ? lsn : 0;
}
