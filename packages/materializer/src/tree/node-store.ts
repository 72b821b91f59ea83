import { type Chunk, type ChunkHash, type ChunkStore, type MaybePromise, chunkHash } from '@argon/wal';
import { ChunkDamagedError, ChunkMissingError } from './errors';
import { after } from './maybe-promise';
import type { Key } from './key';
import type { NodeParent, TreeNode } from './node';
import { NodeCache } from './node-cache';
import { decodeNode } from './node-codec';

export interface NodeStoreStats {
  /** Times that a node was wanted and was in memory: by earlier use, or because it was asked for ahead or warmed. */
  readonly hits: number;
  /** Times that one was wanted and had to be waited for: from the chunk store, or from a load already under way. */
  readonly misses: number;
  /** Chunks that the chunk store was asked for, those asked for ahead included. */
  readonly loaded: number;
  /** Bytes of memory that decoded nodes take, about. */
  readonly bytes: number;
  /** Decoded nodes in memory. */
  readonly nodes: number;
  /** Bytes of new chunks that have not been put yet. */
  readonly pendingBytes: number;
}

/** A child that is wanted. */
export interface WantedNode {
  readonly parent: NodeParent;
  readonly index: number;
}

type Loaded = ReadonlyMap<ChunkHash, TreeNode>;

/** Bytes of chunks that are put at a time. */
const PUT_BYTES = 4 * 1024 * 1024;

/**
 * The nodes of all trees over one chunk store: a bounded cache of decoded ones, and the new ones until they are put.
 * Nodes never change, so trees, branches and moments share them.
 */
export class NodeStore {
  readonly #chunks: ChunkStore;
  readonly #cache: NodeCache;
  readonly #pending = new Map<ChunkHash, Uint8Array>();
  readonly #loading = new Map<ChunkHash, Promise<Loaded>>();
  #pendingBytes = 0;
  #flushed: Promise<void> = Promise.resolve();
  #hits = 0;
  #misses = 0;
  #loaded = 0;
  #asynchronous = false;

  /** @param cacheBytes bound of the decoded nodes; 0 keeps none */
  constructor(chunks: ChunkStore, cacheBytes: number) {
    this.#chunks = chunks;
    this.#cache = new NodeCache(cacheBytes);
  }

  /** Whether the chunk store has been seen to answer with promises: then it pays to ask for several chunks at once. */
  get asynchronous(): boolean {
    return this.#asynchronous;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  stats(): NodeStoreStats {
    return {
      hits: this.#hits,
      misses: this.#misses,
      loaded: this.#loaded,
      bytes: this.#cache.bytes,
      nodes: this.#cache.size,
      pendingBytes: this.#pendingBytes,
    };
  }

  /**
   * A child of a node.
   *
   * @throws ChunkMissingError, ChunkDamagedError
   */
  child<K extends Key>(parent: NodeParent, index: number): MaybePromise<TreeNode<K>> {
    const ref = parent.refs[index];
    const node = ref?.node;
    if (node === undefined) return this.#missed(parent, index) as MaybePromise<TreeNode<K>>;
    ref!.visited = true;
    this.#hits += 1;
    return node as TreeNode<K>;
  }

  /** Several children, in the same order; those not in memory are asked for at once. They are kept for a while. */
  children<K extends Key>(wanted: readonly WantedNode[]): MaybePromise<TreeNode<K>[]> {
    return this.#several(wanted, true);
  }

  /** As `children`, for nodes that nobody wants yet: they count neither as hits nor as misses. */
  ahead<K extends Key>(wanted: readonly WantedNode[]): MaybePromise<TreeNode<K>[]> {
    return this.#several(wanted, false);
  }

  #several<K extends Key>(wanted: readonly WantedNode[], isWanted: boolean): MaybePromise<TreeNode<K>[]> {
    const nodes = new Array<TreeNode | undefined>(wanted.length);
    const missing: number[] = [];
    wanted.forEach(({ parent, index }, i) => {
      const node = this.#cached(parent, index);
      if (node === undefined) missing.push(i);
      nodes[i] = node;
    });
    if (isWanted) this.#hits += wanted.length - missing.length;
    if (missing.length === 0) return nodes as TreeNode<K>[];
    const hashes = missing.map((i) => wanted[i]!.parent.hashAt(wanted[i]!.index));
    if (isWanted) for (const hash of hashes) this.#countMissed(hash);
    return after(this.#load(hashes, true), (loaded) => {
      missing.forEach((i, nth) => {
        const { parent, index } = wanted[i]!;
        nodes[i] = this.#adopt(parent, index, hashes[nth]!, loaded);
      });
      return nodes as TreeNode<K>[];
    });
  }

  /** Begins to load children that will soon be wanted. What goes wrong is told to whoever wants them. */
  prefetch(wanted: readonly WantedNode[]): void {
    const hashes: ChunkHash[] = [];
    for (const { parent, index } of wanted) {
      if (this.#cached(parent, index) !== undefined) continue;
      const hash = parent.hashAt(index);
      if (!this.#loading.has(hash)) hashes.push(hash);
    }
    if (hashes.length === 0) return;
    const loaded = this.#load(hashes, true);
    if (loaded instanceof Promise) loaded.catch(() => undefined);
  }

  /** The node if it is in memory. */
  #cached(parent: NodeParent, index: number): TreeNode | undefined {
    let ref = parent.refs[index];
    if (ref?.node === undefined) {
      ref = this.#cache.get(parent.hashAt(index));
      parent.refs[index] = ref;
      if (ref?.node === undefined) return undefined;
      expectChild(parent, ref.hash, ref.node);
    }
    ref.visited = true;
    return ref.node;
  }

  /** A new chunk that has not been put is in memory, even if its node has to be decoded. */
  #countMissed(hash: ChunkHash): void {
    if (this.#pending.has(hash)) this.#hits += 1;
    else this.#misses += 1;
  }

  #missed(parent: NodeParent, index: number): MaybePromise<TreeNode> {
    const cached = this.#cached(parent, index);
    if (cached !== undefined) {
      this.#hits += 1;
      return cached;
    }
    const hash = parent.hashAt(index);
    this.#countMissed(hash);
    return after(this.#load([hash], false), (loaded) => this.#adopt(parent, index, hash, loaded));
  }

  /** Takes a loaded node as a parent's child. */
  #adopt(parent: NodeParent, index: number, hash: ChunkHash, loaded: Loaded): TreeNode {
    const node = loaded.get(hash)!;
    expectChild(parent, hash, node);
    parent.refs[index] = this.#cache.get(hash);
    return node;
  }

  /** Decodes chunks that are not in the cache: from the new ones, from loads under way, from the store. */
  #load(hashes: readonly ChunkHash[], soon: boolean): MaybePromise<Loaded> {
    const nodes = new Map<ChunkHash, TreeNode>();
    const missing: ChunkHash[] = [];
    let underWay: Map<Promise<Loaded>, ChunkHash[]> | undefined;
    for (const hash of hashes) {
      const bytes = this.#pending.get(hash);
      if (bytes !== undefined) {
        nodes.set(hash, this.#decoded(hash, bytes, soon));
        continue;
      }
      const loading = this.#loading.get(hash);
      if (loading === undefined) {
        missing.push(hash);
        continue;
      }
      underWay ??= new Map();
      const shared = underWay.get(loading);
      if (shared === undefined) underWay.set(loading, [hash]);
      else shared.push(hash);
    }
    const fetched = missing.length > 0 ? this.#fetch(missing, nodes, soon) : nodes;
    if (underWay === undefined) return fetched;
    // A request of somebody else's may fail for a chunk that is not wanted here.
    const shared = [...underWay].map(([loading, wanted]) =>
      loading.catch(() => this.#fetch(wanted, new Map(), soon)),
    );
    return Promise.all([fetched, ...shared]).then((all) => {
      for (const loaded of all) for (const [hash, node] of loaded) nodes.set(hash, node);
      return nodes;
    });
  }

  /** Asks the chunk store; one request for whoever wants these chunks meanwhile. */
  #fetch(hashes: readonly ChunkHash[], nodes: Map<ChunkHash, TreeNode>, soon: boolean): MaybePromise<Loaded> {
    this.#loaded += hashes.length;
    const answer = this.#chunks.get(hashes);
    if (!(answer instanceof Promise)) return this.#received(hashes, answer, nodes, soon);
    this.#asynchronous = true;
    const loading = answer
      .then((chunks) => this.#received(hashes, chunks, nodes, soon))
      .finally(() => {
        for (const hash of hashes) this.#loading.delete(hash);
      });
    for (const hash of hashes) this.#loading.set(hash, loading);
    return loading;
  }

  #received(
    hashes: readonly ChunkHash[],
    chunks: readonly (Uint8Array | undefined)[],
    nodes: Map<ChunkHash, TreeNode>,
    soon: boolean,
  ): Loaded {
    for (let i = 0; i < hashes.length; i++) {
      const hash = hashes[i]!;
      const bytes = chunks[i];
      if (bytes === undefined) throw new ChunkMissingError(hash);
      if (chunkHash(bytes) !== hash)
        throw new ChunkDamagedError(hash, 'its bytes are not those that were put');
      nodes.set(hash, this.#decoded(hash, bytes, soon));
    }
    return nodes;
  }

  #decoded(hash: ChunkHash, bytes: Uint8Array, soon: boolean): TreeNode {
    const node = decodeNode(bytes, hash);
    this.#cache.add(hash, node, soon);
    return node;
  }

  /**
   * Takes a new chunk. It can be read at once and is put by the next flush.
   *
   * @param warm decode it into the cache: it takes the place of one that was in use
   */
  put(bytes: Uint8Array, warm: boolean): ChunkHash {
    const hash = chunkHash(bytes);
    if (!this.#pending.has(hash)) {
      this.#pending.set(hash, bytes);
      this.#pendingBytes += bytes.length;
    }
    if (warm && this.#cache.get(hash) === undefined) this.#decoded(hash, bytes, false);
    return hash;
  }

  /** Puts every chunk that is new at this moment. After a failure they are still here, and can be flushed again. */
  flush(): Promise<void> {
    const flushed = this.#flushed.then(() => this.#putPending());
    this.#flushed = flushed.catch(() => undefined);
    return flushed;
  }

  async #putPending(): Promise<void> {
    let batch: Chunk[] = [];
    let bytes = 0;
    for (const [hash, chunk] of [...this.#pending]) {
      batch.push({ hash, bytes: chunk });
      bytes += chunk.length;
      if (bytes < PUT_BYTES) continue;
      await this.#putBatch(batch);
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) await this.#putBatch(batch);
  }

  async #putBatch(batch: readonly Chunk[]): Promise<void> {
    await this.#chunks.put(batch);
    for (const { hash, bytes } of batch) {
      this.#pending.delete(hash);
      this.#pendingBytes -= bytes.length;
    }
  }
}

function expectChild({ kind, childLevel }: NodeParent, hash: ChunkHash, node: TreeNode): void {
  if (childLevel !== undefined && node.level !== childLevel) {
    throw new ChunkDamagedError(hash, `it is of level ${node.level}, not ${childLevel}`);
  }
  if (kind !== undefined && node.keys.kind !== kind) {
    throw new ChunkDamagedError(hash, `its keys are ${node.keys.kind}s, not ${kind}s`);
  }
}
