import type { BranchChunks, BranchState, ChunkUse, Materializer } from '@argon/materializer';
import { chainStats, ProjectNotFoundError, type BranchRecord, type Store } from '@argon/wal';
import { uuidOf } from '../diff/catalog-differences';
import { lookUp, type Watch } from '../steps/watch';
import type { BranchStorage, CollectionStorage } from './contract';
import { applied, LiveAmounts, minus, NOTHING, plus, type Amounts } from './live-amounts';

const NO_CHUNKS: BranchChunks = {
  snapshots: 0,
  own: { chunks: 0, bytes: 0 },
  shared: { chunks: 0, bytes: 0 },
};

/**
 * What branches take: which documents lie on their own chains, and which they show that lie where they were forked from. A
 * first branch's documents are read once; of forks only what differs.
 */
export class StorageService {
  constructor(
    private readonly store: Store,
    private readonly materializer: Materializer,
  ) {}

  /**
   * Of every live branch of a project, oldest first.
   * @throws ProjectNotFoundError; the signal's reason
   */
  async branches(
    project: string,
    watch?: Watch,
  ): Promise<{ readonly branches: readonly BranchStorage[]; readonly chunks: ChunkUse }> {
    const found = await this.store.project(project);
    if (found === undefined) throw new ProjectNotFoundError(project);
    const chunks = await this.materializer.chunkUse(watch?.signal);
    const measured = new Measured(this.store, this.materializer, watch);
    const branches: BranchStorage[] = [];
    for (const record of await this.store.branches(found.id)) {
      branches.push(await this.#branch(record, measured, chunks, watch));
    }
    return { branches, chunks };
  }

  async #branch(
    record: BranchRecord,
    measured: Measured,
    { branches }: ChunkUse,
    watch: Watch | undefined,
  ): Promise<BranchStorage> {
    const { state, own, all } = await measured.of(record);
    const collections = [...state.collections.values()]
      .map(({ catalog }): CollectionStorage => {
        const uuid = uuidOf(catalog);
        const mine = own.get(uuid) ?? NOTHING;
        return { name: catalog.name, own: mine, shared: minus(all.get(uuid) ?? NOTHING, mine) };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const log = await chainStats(this.store, record, {
      onProgress: (entries) => lookUp(watch, entries),
    });
    return {
      branch: record.name,
      branchId: record.id,
      head: state.lsn,
      collections,
      own: collections.reduce((sum, each) => plus(sum, each.own), NOTHING),
      shared: collections.reduce((sum, each) => plus(sum, each.shared), NOTHING),
      log: [...log.collections]
        .map(([name, { entries, documentBytes: bytes }]) => ({ name, entries, bytes }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      logEntries: log.entries,
      logBytes: log.documentBytes,
      chunks: branches.get(record.id) ?? NO_CHUNKS,
    };
  }
}

/** What a branch shows now: on its own chain, and in all. */
interface Measure {
  readonly state: BranchState;
  readonly own: Amounts;
  readonly all: Amounts;
}

/** Branches' measures, each computed from that of the live branch that it was forked from, or of the next one above that. */
class Measured {
  readonly #known = new Map<number, Measure>();
  readonly #amounts: LiveAmounts;

  constructor(
    private readonly store: Store,
    private readonly materializer: Materializer,
    watch: Watch | undefined,
  ) {
    this.#amounts = new LiveAmounts(materializer, watch);
  }

  async of(record: BranchRecord): Promise<Measure> {
    const known = this.#known.get(record.id);
    if (known !== undefined) return known;
    const measure = await this.#measure(record);
    this.#known.set(record.id, measure);
    return measure;
  }

  async #measure(record: BranchRecord): Promise<Measure> {
    const state = await this.materializer.current(record.id);
    if (record.parentId === null) {
      const all = await this.#amounts.all(state);
      return { state, own: all, all };
    }
    const fork = await this.materializer.stateAtFork(record.id);
    const atFork = await this.#atFork(record, fork);
    const change = await this.#amounts.difference(fork, state);
    return { state, own: change.come, all: applied(atFork, change) };
  }

  async #atFork(record: BranchRecord, fork: BranchState): Promise<Amounts> {
    const ancestor = await this.#liveAncestor(record);
    if (ancestor === undefined) return this.#amounts.all(fork);
    const above = await this.of(ancestor);
    return applied(above.all, await this.#amounts.difference(above.state, fork));
  }

  /** What a deleted branch showed last may be compacted, but for what others stand on. */
  async #liveAncestor({ parentId }: BranchRecord): Promise<BranchRecord | undefined> {
    for (let id = parentId; id !== null;) {
      const found = await this.store.branchById(id);
      if (found?.status !== 'deleted') return found;
      id = found.parentId;
    }
    return undefined;
  }
}
