import type { ChunkHash } from '@argon/wal';
import type { KeyKind } from './key';
import type { NodeParent, NodeRef } from './node';

/** What a tree is found by again. Two trees of the same content have the same. */
export interface TreeRoot {
  /** The root's chunk; null: the tree is empty. */
  readonly hash: ChunkHash | null;
  /** Items in it. */
  readonly count: number;
}

export const EMPTY_ROOT: TreeRoot = { hash: null, count: 0 };

/** A tree's handle as the parent of its root. */
export class Anchor implements NodeParent {
  readonly refs: (NodeRef | undefined)[] = [undefined];
  readonly childLevel = undefined;

  /** @param kind of the tree's keys; undefined: whatever they are */
  constructor(
    private readonly hash: ChunkHash,
    readonly kind: KeyKind | undefined = undefined,
  ) {}

  hashAt(): ChunkHash {
    return this.hash;
  }
}
