import type { ChunkHash, MaybePromise } from '@argon/wal';
import type { Key } from './key';
import type { InternalNode, NodeParent, TreeNode } from './node';
import type { NodeStore, WantedNode } from './node-store';

/** Leaves that are asked for at once when an asynchronous store is read in order: few first, more if it goes on. */
const FIRST_WINDOW = 4;
const LAST_WINDOW = 32;

/** Goes through the nodes of one level of a tree, in key order either way. Of no more use after a failure. */
export class LevelCursor<K extends Key> {
  /** The way from the root down to the node, without it. */
  readonly #path: InternalNode<K>[] = [];
  readonly #indexes: number[] = [];
  #node: TreeNode<K> | undefined;
  #window = FIRST_WINDOW;
  /** How far children of the lowest parent have been asked for. */
  #ahead = 0;
  #aheadOf: InternalNode<K> | undefined;

  /**
   * @param anchor what has the root as its child 0
   * @param level of the nodes that it stops at, not above the root's
   * @param limit the last key that will be wanted, for reading ahead; undefined: none is known
   */
  constructor(
    private readonly nodes: NodeStore,
    private readonly anchor: NodeParent,
    readonly level: number,
    private readonly limit?: K,
  ) {}

  /** The node it stands on. */
  get node(): TreeNode<K> {
    return this.#node!;
  }

  get hash(): ChunkHash {
    const depth = this.#path.length - 1;
    return depth < 0 ? this.anchor.hashAt(0) : this.#path[depth]!.hashAt(this.#indexes[depth]!);
  }

  /** Whether no node follows. */
  get isLast(): boolean {
    return this.#path.every((parent, depth) => this.#indexes[depth] === parent.length - 1);
  }

  /** Whether no node comes before. */
  get isFirst(): boolean {
    return this.#indexes.every((index) => index === 0);
  }

  /** The first node whose last key is not below this one; the last node if there is none. */
  seek(key: K): MaybePromise<void> {
    return this.#fromRoot((parent) => Math.min(parent.keys.lowerBound(key), parent.length - 1));
  }

  seekFirst(): MaybePromise<void> {
    return this.#fromRoot(first);
  }

  seekLast(): MaybePromise<void> {
    return this.#fromRoot(last);
  }

  /** Goes to the next node; false, and stays, at the last. */
  next(): MaybePromise<boolean> {
    return this.#move(1, first);
  }

  /** Goes to the node before; false, and stays, at the first. */
  previous(): MaybePromise<boolean> {
    return this.#move(-1, last);
  }

  #fromRoot(pick: (parent: InternalNode<K>) => number): MaybePromise<void> {
    this.#path.length = 0;
    this.#indexes.length = 0;
    const root = this.nodes.child<K>(this.anchor, 0);
    if (root instanceof Promise) return root.then((node) => this.#down(node, pick));
    return this.#down(root, pick);
  }

  #move(step: 1 | -1, pick: (parent: InternalNode<K>) => number): MaybePromise<boolean> {
    let depth = this.#path.length - 1;
    for (; depth >= 0; depth--) {
      const index = this.#indexes[depth]! + step;
      if (index >= 0 && index < this.#path[depth]!.length) break;
    }
    if (depth < 0) return false;
    const parent = this.#path[depth]!;
    const index = this.#indexes[depth]! + step;
    if (this.nodes.asynchronous && parent.level === this.level + 1) this.#readAhead(parent, index, step);
    const child = this.nodes.child<K>(parent, index);
    if (child instanceof Promise) return child.then((node) => this.#moved(depth, index, node, pick));
    return this.#moved(depth, index, child, pick);
  }

  #moved(
    depth: number,
    index: number,
    node: TreeNode<K>,
    pick: (parent: InternalNode<K>) => number,
  ): MaybePromise<boolean> {
    this.#path.length = depth + 1;
    this.#indexes.length = depth + 1;
    this.#indexes[depth] = index;
    const done = this.#down(node, pick);
    return done instanceof Promise ? done.then(() => true) : true;
  }

  #down(node: TreeNode<K>, pick: (parent: InternalNode<K>) => number): MaybePromise<void> {
    while (node.level > this.level) {
      const parent = node as InternalNode<K>;
      const index = pick(parent);
      this.#path.push(parent);
      this.#indexes.push(index);
      const child = this.nodes.child<K>(parent, index);
      if (child instanceof Promise) return child.then((arrived) => this.#down(arrived, pick));
      node = child;
    }
    this.#node = node;
  }

  /** Asks for the next window of siblings when half of the last one is used up. */
  #readAhead(parent: InternalNode<K>, index: number, step: 1 | -1): void {
    if (this.#aheadOf !== parent) {
      this.#aheadOf = parent;
      this.#ahead = index;
    }
    if ((this.#ahead - index) * step > this.#window / 2) return;
    const bound = this.limit === undefined ? undefined : parent.keys.lowerBound(this.limit);
    const end = step > 0 ? Math.min(parent.length - 1, bound ?? parent.length) : Math.max(0, bound ?? 0);
    const wanted: WantedNode[] = [];
    for (let n = 0; n < this.#window && (end - this.#ahead) * step >= 0; n++, this.#ahead += step) {
      wanted.push({ parent, index: this.#ahead });
    }
    this.nodes.prefetch(wanted);
    this.#window = Math.min(2 * this.#window, LAST_WINDOW);
  }
}

function first(): number {
  return 0;
}

function last(parent: { readonly length: number }): number {
  return parent.length - 1;
}
