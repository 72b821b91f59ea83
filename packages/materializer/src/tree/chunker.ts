import type { ChunkHash } from '@argon/wal';
import { Boundary, CHILD_SIZE } from './boundary';
import { ByteWriter } from './byte-writer';
import { TreeInputError } from './errors';
import type { Key, KeyKind } from './key';
import { type KeyBuilder, keyBuilder } from './key-builder';
import { InternalNode, LeafNode, type TreeNode } from './node';
import { writeHeader } from './node-codec';
import { writeValues } from './value-codec';

/** A chunk as its parent names it. */
export interface Child {
  readonly hash: ChunkHash;
  /** Items below it. */
  readonly count: number;
}

export interface KeyedChild<K extends Key> {
  /** The last key below it. */
  readonly key: K;
  readonly child: Child;
}

/** Where finished chunks go: their bytes in, their hash out. */
export type ChunkSink = (bytes: Uint8Array) => ChunkHash;

/** Shared by all chunkers: a chunk is written in one go. */
const writer = new ByteWriter();

/** Cuts the items of one level, given in key order, into chunks. `T`: what an item has besides its key. */
export abstract class Chunker<K extends Key, T> {
  protected readonly keys: KeyBuilder<K>;
  readonly #boundary: Boundary;

  /** @param made is told of every chunk, in order */
  constructor(
    kind: KeyKind,
    readonly level: number,
    private readonly sink: ChunkSink,
    private readonly made: (chunk: KeyedChild<K>) => void,
  ) {
    this.keys = keyBuilder(kind);
    this.#boundary = new Boundary(level);
  }

  /** Whether the next item begins a chunk. */
  get atBoundary(): boolean {
    return this.keys.length === 0;
  }

  push(key: K, item: T): void {
    const size = this.keys.sizeOf(key) + this.itemSize;
    if (this.#boundary.endsBefore(size)) this.close();
    this.keys.push(key);
    this.pushItem(item);
    this.#settle(size);
  }

  /** Takes over items `from` to `to` (not included) of a node of this level. */
  copy(node: TreeNode<K>, from: number, to: number): void {
    const { keys } = node;
    for (let i = from; i < to; i++) {
      const size = this.keys.sizeAt(keys, i) + this.itemSize;
      if (this.#boundary.endsBefore(size)) this.close();
      this.keys.copy(keys, i);
      this.copyItem(node, i);
      this.#settle(size);
    }
  }

  #settle(size: number): void {
    if (this.#boundary.mayEnd(size) && this.#boundary.ends(size, this.keys.hash())) this.close();
  }

  /** Ends the chunk here, whatever the boundary rule says: before a key that needs its own, and at the tree's end. */
  close(): void {
    const { keys } = this;
    if (keys.length === 0) return;
    writer.length = 0;
    writeHeader(writer, keys.kind, this.level, keys.length);
    keys.write(writer);
    const count = this.writeItems(writer);
    const key = keys.last();
    const hash = this.sink(writer.take());
    keys.clear();
    this.#boundary.reset();
    this.made({ key, child: { hash, count } });
  }

  /** Nominal bytes that an item adds to its key. */
  protected abstract readonly itemSize: number;
  /** Takes what belongs to the key that was added last. */
  protected abstract pushItem(item: T): void;
  protected abstract copyItem(node: TreeNode<K>, index: number): void;
  /** Returns the items below the chunk. */
  protected abstract writeItems(writer: ByteWriter): number;
}

export class LeafChunker<K extends Key> extends Chunker<K, number> {
  protected readonly itemSize = 0;
  #values = new Float64Array(1024);

  constructor(kind: KeyKind, sink: ChunkSink, made: (chunk: KeyedChild<K>) => void) {
    super(kind, 0, sink, made);
  }

  protected pushItem(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new TreeInputError(`${value} is not a value`);
    this.#add(value);
  }

  protected copyItem(node: TreeNode<K>, index: number): void {
    this.#add((node as LeafNode<K>).values[index]!);
  }

  #add(value: number): void {
    const index = this.keys.length - 1;
    if (index >= this.#values.length) {
      const larger = new Float64Array(2 * this.#values.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[index] = value;
  }

  protected writeItems(writer: ByteWriter): number {
    const { length, bases } = this.keys;
    writeValues(writer, this.#values, length, bases);
    return length;
  }
}

export class InternalChunker<K extends Key> extends Chunker<K, Child> {
  protected readonly itemSize = CHILD_SIZE;
  #children: Child[] = [];

  protected pushItem(child: Child): void {
    this.#children.push(child);
  }

  protected copyItem(node: TreeNode<K>, index: number): void {
    const parent = node as InternalNode<K>;
    this.#children.push({ hash: parent.hashAt(index), count: parent.countAt(index) });
  }

  protected writeItems(writer: ByteWriter): number {
    let count = 0;
    for (const child of this.#children) {
      writer.varint(child.count);
      count += child.count;
    }
    for (const { hash } of this.#children) writer.hex(hash);
    this.#children = [];
    return count;
  }
}
