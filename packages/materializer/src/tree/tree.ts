import type { ChunkHash, MaybePromise } from '@argon/wal';
import { type TreeEdit, editTree } from './edit';
import { type SortedBatch, buildTree } from './build';
import type { Key, KeyKind } from './key';
import { lookUp, rank } from './lookup';
import { after } from './maybe-promise';
import type { NodeStore } from './node-store';
import { type Pacing, noPacing } from './pacing';
import { LeafScan, type TreeRange, type TreeScan, type TreeScanOptions } from './scan';
import { Anchor, EMPTY_ROOT, type TreeRoot } from './tree-root';
import { type UpperNodesLimit, loadUpperNodes } from './upper-nodes';
import { walkChunks } from './walk';
import { warm } from './warm';

/** Keys that are looked up, with one request a level. */
const WINDOW = 256;

/**
 * A sorted map of keys to integers, as content-addressed nodes (a prolly tree). Immutable: an edit gives another tree that
 * shares what did not change. What reads answers at once when the nodes are in memory or the chunk store answers at
 * once, and with a promise otherwise; it throws ChunkMissingError and ChunkDamagedError.
 */
export class Tree<K extends Key = Key> {
  readonly #anchor: Anchor | undefined;

  private constructor(
    readonly nodes: NodeStore,
    readonly kind: KeyKind,
    readonly root: TreeRoot,
  ) {
    this.#anchor = root.hash === null ? undefined : new Anchor(root.hash, kind);
  }

  static empty(nodes: NodeStore, kind: 'number'): Tree<number>;
  static empty(nodes: NodeStore, kind: 'string'): Tree<string>;
  static empty(nodes: NodeStore, kind: KeyKind): Tree<number> | Tree<string> {
    return new Tree<never>(nodes, kind, EMPTY_ROOT);
  }

  static at(nodes: NodeStore, kind: 'number', root: TreeRoot): Tree<number>;
  static at(nodes: NodeStore, kind: 'string', root: TreeRoot): Tree<string>;
  static at(nodes: NodeStore, kind: KeyKind, root: TreeRoot): Tree<number> | Tree<string> {
    return new Tree<never>(nodes, kind, root);
  }

  /**
   * A tree of many items. Its chunks are put as they come, the last with the next flush.
   *
   * @param batches keys ascending, over all batches
   * @throws TreeInputError
   */
  static build(
    nodes: NodeStore,
    kind: 'number',
    batches: Iterable<SortedBatch<number>> | AsyncIterable<SortedBatch<number>>,
    pacing?: Pacing,
  ): Promise<Tree<number>>;
  static build(
    nodes: NodeStore,
    kind: 'string',
    batches: Iterable<SortedBatch<string>> | AsyncIterable<SortedBatch<string>>,
    pacing?: Pacing,
  ): Promise<Tree<string>>;
  static async build(
    nodes: NodeStore,
    kind: KeyKind,
    batches: Iterable<SortedBatch<never>> | AsyncIterable<SortedBatch<never>>,
    pacing: Pacing = noPacing,
  ): Promise<Tree<never>> {
    return new Tree<never>(nodes, kind, await buildTree<never>(nodes, kind, batches, pacing));
  }

  /** Items in it. */
  get count(): number {
    return this.root.count;
  }

  get(key: K): MaybePromise<number | undefined> {
    const anchor = this.#anchor;
    return anchor === undefined ? undefined : lookUp(this.nodes, anchor, 0, key);
  }

  /** The values under ascending keys, with one request a level for every few hundred of them. */
  getMany(keys: readonly K[]): MaybePromise<(number | undefined)[]> {
    const values = new Array<number | undefined>(keys.length).fill(undefined);
    return this.#anchor === undefined ? values : this.#getFrom(this.#anchor, keys, values, 0);
  }

  #getFrom(
    anchor: Anchor,
    keys: readonly K[],
    values: (number | undefined)[],
    start: number,
  ): MaybePromise<(number | undefined)[]> {
    for (let from = start; from < keys.length; from += WINDOW) {
      const window = keys.slice(from, from + WINDOW);
      const found = after(warm(this.nodes, anchor, 0, window), () => this.#getWindow(window));
      if (found instanceof Promise) {
        return found.then((arrived) => {
          put(values, arrived, from);
          return this.#getFrom(anchor, keys, values, from + WINDOW);
        });
      }
      put(values, found, from);
    }
    return values;
  }

  #getWindow(keys: readonly K[]): MaybePromise<(number | undefined)[]> {
    const found = keys.map((key) => this.get(key));
    return found.some((value) => value instanceof Promise)
      ? Promise.all(found)
      : (found as (number | undefined)[]);
  }

  /** The items of a range, in key order. */
  scan(options: TreeScanOptions<K> = {}): TreeScan<K> {
    return this.#anchor === undefined ? NOTHING : new LeafScan(this.nodes, this.#anchor, options);
  }

  /** How many items a range has, without reading them. */
  countRange(range: TreeRange<K>): MaybePromise<number> {
    const anchor = this.#anchor;
    if (anchor === undefined) return 0;
    const { from, fromInclusive = true, to, toInclusive = true } = range;
    const below = from === undefined ? 0 : rank(this.nodes, anchor, 0, from, !fromInclusive);
    const upTo = to === undefined ? this.count : rank(this.nodes, anchor, 0, to, toInclusive);
    if (below instanceof Promise || upTo instanceof Promise) {
      return Promise.all([below, upTo]).then(([a, b]) => Math.max(0, b - a));
    }
    return Math.max(0, upTo - below);
  }

  firstKey(): MaybePromise<K | undefined> {
    return after(this.scan({ batchSize: 1 }).next(), (batch) => batch?.keys[0] as K | undefined);
  }

  lastKey(): MaybePromise<K | undefined> {
    return after(
      this.scan({ batchSize: 1, reverse: true }).next(),
      (batch) => batch?.keys[0] as K | undefined,
    );
  }

  /**
   * The tree with some items put, replaced and removed. Its new chunks can be read at once and are put by the node
   * store's next flush.
   *
   * @param edits by ascending key, each once; removing what is not there changes nothing
   * @throws TreeInputError
   */
  async edit(edits: Iterable<TreeEdit<K>>, pacing: Pacing = noPacing): Promise<Tree<K>> {
    const root = await editTree(this.nodes, this.kind, this.root, this.#anchor, edits, pacing);
    return root.hash === this.root.hash ? this : new Tree<K>(this.nodes, this.kind, root);
  }

  /** Brings its root and all nodes above the leaves into memory, as far as the limit goes. */
  async loadUpperNodes(limit: UpperNodesLimit): Promise<void> {
    if (this.#anchor !== undefined) await loadUpperNodes(this.nodes, this.#anchor, limit);
  }

  /**
   * The hashes of all its chunks, in batches; a chunk that occurs twice may be named twice. Leaves are not read.
   *
   * @param skip true for a chunk that is known with all below it: neither it nor those are named
   */
  chunks(skip: (hash: ChunkHash) => boolean = never): AsyncIterable<readonly ChunkHash[]> {
    return walkChunks(this.nodes, this.root.hash, skip);
  }
}

const NOTHING: TreeScan<never> = { next: (): undefined => undefined };

function put<T>(target: T[], source: readonly T[], at: number): void {
  for (let i = 0; i < source.length; i++) target[at + i] = source[i]!;
}

function never(): boolean {
  return false;
}

export type { TreeEdit, TreeRange, TreeRoot, TreeScanOptions };
