import type { MaybePromise } from '@argon/wal';
import type { Key } from './key';
import { HASH_BYTES, type InternalNode, type LeafNode, type TreeNode } from './node';
import type { NodeStore, WantedNode } from './node-store';
import { Anchor, type TreeRoot } from './tree-root';

/** Children that are asked for ahead, of an asynchronous store. */
const AHEAD = 64;

/**
 * One of two trees that are compared, and how far: what comes next is an item, if the lowest node is a leaf, or a whole
 * child.
 */
export class DiffSide<K extends Key> {
  readonly #path: TreeNode<K>[] = [];
  readonly #indexes: number[] = [];
  /** The lowest node and what comes next in it. */
  node: TreeNode<K> | undefined;
  index = 0;

  constructor(readonly nodes: NodeStore) {}

  begin(root: TreeRoot): MaybePromise<void> {
    if (root.hash === null) return;
    const node = this.nodes.child<K>(new Anchor(root.hash), 0);
    if (node instanceof Promise) return node.then((arrived) => this.#enter(arrived));
    this.#enter(node);
  }

  get done(): boolean {
    return this.node === undefined;
  }

  get leaf(): LeafNode<K> | undefined {
    return this.node?.level === 0 ? (this.node as LeafNode<K>) : undefined;
  }

  /** Whether both come to children of one level, and to the same. */
  isAtSameChild(other: DiffSide<K>): boolean {
    const own = this.node as InternalNode<K>;
    const others = other.node as InternalNode<K>;
    if (own.level !== others.level) return false;
    const from = this.index * HASH_BYTES;
    const othersFrom = other.index * HASH_BYTES;
    for (let i = 0; i < HASH_BYTES; i++) {
      if (own.hashes[from + i] !== others.hashes[othersFrom + i]) return false;
    }
    return true;
  }

  /** Goes on past so many items, or children. */
  skip(count: number): void {
    this.index += count;
    while (this.node !== undefined && this.index === this.node.length) {
      this.node = this.#path.pop();
      this.index = (this.#indexes.pop() ?? 0) + 1;
    }
  }

  /** Goes into the child that comes next. */
  descend(): MaybePromise<void> {
    const child = this.nodes.child<K>(this.node as InternalNode<K>, this.index);
    if (child instanceof Promise) return child.then((arrived) => this.#enter(arrived));
    this.#enter(child);
  }

  #enter(node: TreeNode<K>): void {
    if (this.node !== undefined) {
      this.#path.push(this.node);
      this.#indexes.push(this.index);
    }
    this.node = node;
    this.index = 0;
  }

  /** Begins to load the children that come next and that the other's node does not share. */
  readAhead(other: DiffSide<K>): void {
    const parent = this.node;
    if (parent === undefined || !('hashes' in parent) || this.index % AHEAD !== 0) return;
    const shared = other.node !== undefined && 'hashes' in other.node ? hashesOf(other.node) : NONE;
    const wanted: WantedNode[] = [];
    const to = Math.min(parent.length, this.index + AHEAD);
    for (let index = this.index; index < to; index++) {
      if (!shared.has(parent.hashAt(index))) wanted.push({ parent, index });
    }
    this.nodes.prefetch(wanted);
  }
}

const NONE: ReadonlySet<string> = new Set();

function hashesOf(node: InternalNode): ReadonlySet<string> {
  return new Set(Array.from({ length: node.length }, (_, index) => node.hashAt(index)));
}
