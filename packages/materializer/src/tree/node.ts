import type { ChunkHash } from '@argon/wal';
import type { Key, KeyKind, KeyList } from './key';

/** Bytes that a child costs in memory when it has been visited: its reference and its hash as a string. */
const CHILD_BYTES = 176;
const OVERHEAD = 160;

/** A node that may be in memory. Parents keep these, so that going down needs no look-up by hash. */
export class NodeRef {
  node: TreeNode | undefined;
  /** Whether it was read since the cache last looked for something to drop. */
  visited = false;
  newer: NodeRef | undefined;
  older: NodeRef | undefined;

  constructor(readonly hash: ChunkHash) {}
}

/** What has nodes below it: an internal node, or a tree's handle, whose only child is the root. */
export interface NodeParent {
  readonly refs: (NodeRef | undefined)[];
  /** What its children have to be; undefined: whatever there is. */
  readonly kind: KeyKind | undefined;
  readonly childLevel: number | undefined;
  hashAt(index: number): ChunkHash;
}

/** Items, in key order. Immutable. */
export class LeafNode<K extends Key = Key> {
  readonly level = 0;

  constructor(
    readonly keys: KeyList<K>,
    readonly values: Float64Array,
    /** False if the values are the keys' own numbers, or zeros that nodes share. */
    private readonly ownsValues: boolean,
  ) {}

  get length(): number {
    return this.keys.length;
  }

  /** Items in it. */
  get count(): number {
    return this.keys.length;
  }

  /** Bytes of memory, about. */
  get bytes(): number {
    return OVERHEAD + this.keys.bytes + (this.ownsValues ? this.values.byteLength : 0);
  }
}

/** Children, each with the last key below it. Immutable, but for `refs`, which remembers who is in memory. */
export class InternalNode<K extends Key = Key> implements NodeParent {
  readonly refs: (NodeRef | undefined)[];

  /**
   * @param hashes 20 bytes a child
   * @param ends how many items there are below each child and those before it
   */
  constructor(
    readonly level: number,
    readonly keys: KeyList<K>,
    readonly hashes: Buffer,
    readonly ends: Float64Array,
  ) {
    this.refs = new Array<NodeRef | undefined>(keys.length).fill(undefined);
  }

  get length(): number {
    return this.keys.length;
  }

  get count(): number {
    return this.ends[this.ends.length - 1]!;
  }

  get kind(): KeyKind {
    return this.keys.kind;
  }

  get childLevel(): number {
    return this.level - 1;
  }

  get bytes(): number {
    return OVERHEAD + this.keys.bytes + this.ends.byteLength + this.hashes.length + this.length * CHILD_BYTES;
  }

  hashAt(index: number): ChunkHash {
    return this.hashes.toString('hex', index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }

  /** Items below one child. */
  countAt(index: number): number {
    return index === 0 ? this.ends[0]! : this.ends[index]! - this.ends[index - 1]!;
  }
}

export const HASH_BYTES = 20;

export type TreeNode<K extends Key = Key> = LeafNode<K> | InternalNode<K>;
