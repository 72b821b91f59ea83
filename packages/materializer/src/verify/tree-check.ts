import type { ChunkHash } from '@argon/wal';
import { ChunkDamagedError } from '../tree/errors';
import { type Key, type KeyKind, shown } from '../tree/key';
import { InternalNode, type TreeNode } from '../tree/node';
import { decodeNode } from '../tree/node-codec';
import type { TreeRoot } from '../tree/tree-root';
import { checkNode, needsOwnChunk } from './node-check';
import type { SoundChunks } from './sound-chunks';

/** Nodes that are read at a time. */
const BATCH = 64;

/** What a parent, or a collection's record, says of a tree's node. */
interface Expected {
  readonly level: number | undefined;
  readonly count: number;
  /** Its last key; undefined: any. */
  readonly last: Key | undefined;
  /** The last key before it; undefined: there is none. */
  readonly before: Key | undefined;
  /** Whether it is the last of its level. */
  readonly isLast: boolean;
}

/**
 * Checks the shape of trees: that every chunk is there and is what it is called by, that keys ascend, within nodes and from one
 * to the next, that parents tell the last keys and counts of their children, and that chunks end where they should. What
 * trees share is checked once.
 */
export class TreeCheck {
  /** Nodes that were checked with all below them, and whether each ends by its own keys. */
  readonly #checked = new Map<ChunkHash, boolean>();

  constructor(private readonly chunks: SoundChunks) {}

  /** @throws ChunkMissingError, ChunkDamagedError: the first one found */
  async check(kind: KeyKind, { hash, count }: TreeRoot): Promise<void> {
    if (hash === null) return;
    const [node] = await this.#read(kind, [hash]);
    if (node instanceof InternalNode && node.length === 1)
      throw new ChunkDamagedError(hash, 'it is a root above one chunk');
    const expected = { level: undefined, count, last: undefined, before: undefined, isLast: true };
    await this.#node(hash, node!, expected);
  }

  async #node(hash: ChunkHash, node: TreeNode, expected: Expected): Promise<void> {
    expectNode(hash, node, expected);
    const known = this.#checked.get(hash);
    const ends = known ?? checkNode(node, hash);
    if (!ends && !expected.isLast && node.level > 0) throw new ChunkDamagedError(hash, 'it ends too early');
    if (node instanceof InternalNode) {
      await (known === undefined ? this.#below(node, expected) : this.#first(node, expected));
    } else {
      expectAbove(hash, node, expected.before);
    }
    this.#checked.set(hash, ends);
  }

  async #below(parent: InternalNode, { before, isLast }: Expected): Promise<void> {
    /** The leaf before, if its own keys do not say that it ends there. */
    let open: ChunkHash | undefined;
    for (let from = 0; from < parent.length; from += BATCH) {
      const to = Math.min(from + BATCH, parent.length);
      const hashes = Array.from({ length: to - from }, (_, i) => parent.hashAt(from + i));
      const children = await this.#read(parent.kind, hashes);
      for (const [nth, child] of children.entries()) {
        const at = from + nth;
        const hash = hashes[nth]!;
        if (open !== undefined && !needsOwnChunk(parent.kind, child.keys.at(0)))
          throw new ChunkDamagedError(open, 'it ends too early');
        const isLastChild = isLast && at === parent.length - 1;
        await this.#node(hash, child, {
          level: parent.level - 1,
          count: parent.countAt(at),
          last: parent.keys.at(at),
          before: at === 0 ? before : parent.keys.at(at - 1),
          isLast: isLastChild,
        });
        const isOpen = child.level === 0 && !isLastChild && this.#checked.get(hash) === false;
        open = isOpen && at < parent.length - 1 ? hash : undefined;
      }
    }
  }

  /** What was checked already may come after other keys here. */
  async #first(parent: InternalNode, { before }: Expected): Promise<void> {
    if (before === undefined) return;
    let hash = parent.hashAt(0);
    let [node] = await this.#read(parent.kind, [hash]);
    while (node instanceof InternalNode) {
      hash = node.hashAt(0);
      [node] = await this.#read(parent.kind, [hash]);
    }
    expectAbove(hash, node!, before);
  }

  async #read(kind: KeyKind, hashes: readonly ChunkHash[]): Promise<TreeNode[]> {
    const chunks = await this.chunks.get(hashes);
    return chunks.map((bytes, i) => {
      const node = decodeNode(bytes, hashes[i]!);
      if (node.keys.kind !== kind)
        throw new ChunkDamagedError(hashes[i]!, `its keys are ${node.keys.kind}s, not ${kind}s`);
      return node;
    });
  }
}

function expectNode(hash: ChunkHash, node: TreeNode, { level, count, last }: Expected): void {
  if (level !== undefined && node.level !== level)
    throw new ChunkDamagedError(hash, `it is of level ${node.level}, not ${level}`);
  if (node.count !== count)
    throw new ChunkDamagedError(hash, `it has ${node.count} items, and should have ${count}`);
  if (last !== undefined && !node.keys.equals(node.length - 1, last))
    throw new ChunkDamagedError(
      hash,
      `its last key is ${shown(node.keys.at(node.length - 1))}, and its parent says ${shown(last)}`,
    );
}

function expectAbove(hash: ChunkHash, leaf: TreeNode, before: Key | undefined): void {
  const first = leaf.keys.at(0);
  if (before !== undefined && !(before < first))
    throw new ChunkDamagedError(hash, `its first key ${shown(first)} does not follow ${shown(before)}`);
}
