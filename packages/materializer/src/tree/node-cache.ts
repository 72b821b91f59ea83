import type { ChunkHash } from '@argon/wal';
import { NodeRef, type TreeNode } from './node';

/** What an entry costs besides its node: the reference, its hash, its place in the map. */
const OVERHEAD = 240;

/**
 * Decoded nodes, bounded in bytes. Which to drop is decided as SIEVE does it: a hand goes from the oldest to the newest,
 * passes over those that were read since it last came by, and drops the others. A hit therefore writes one flag, and
 * a long scan, which reads each leaf once, does not sweep out what is read again and again.
 */
export class NodeCache {
  readonly #refs = new Map<ChunkHash, NodeRef>();
  #newest: NodeRef | undefined;
  #oldest: NodeRef | undefined;
  #hand: NodeRef | undefined;
  bytes = 0;

  /** @param limit bytes */
  constructor(readonly limit: number) {}

  get size(): number {
    return this.#refs.size;
  }

  get(hash: ChunkHash): NodeRef | undefined {
    return this.#refs.get(hash);
  }

  /** Keeps a node. @param visited it is wanted again soon: the hand passes over it once */
  add(hash: ChunkHash, node: TreeNode, visited: boolean): void {
    const bytes = node.bytes + OVERHEAD;
    if (bytes > this.limit || this.#refs.has(hash)) return;
    while (this.bytes + bytes > this.limit) this.#drop();
    const ref = new NodeRef(hash);
    ref.node = node;
    ref.visited = visited;
    this.#refs.set(hash, ref);
    this.bytes += bytes;
    ref.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = ref;
    else this.#newest.newer = ref;
    this.#newest = ref;
  }

  #drop(): void {
    let ref = this.#hand ?? this.#oldest!;
    while (ref.visited) {
      ref.visited = false;
      ref = ref.newer ?? this.#oldest!;
    }
    this.#hand = ref.newer;
    if (ref.older === undefined) this.#oldest = ref.newer;
    else ref.older.newer = ref.newer;
    if (ref.newer === undefined) this.#newest = ref.older;
    else ref.newer.older = ref.older;
    this.bytes -= ref.node!.bytes + OVERHEAD;
    // Parents may still hold the reference: it must not hold the node, nor its former neighbours.
    ref.node = undefined;
    ref.newer = undefined;
    ref.older = undefined;
    this.#refs.delete(ref.hash);
  }
}
