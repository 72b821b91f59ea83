import { type ChunkSink, InternalChunker, type KeyedChild } from './chunker';
import type { Key, KeyKind } from './key';
import { EMPTY_ROOT, type TreeRoot } from './tree-root';

/** The levels above one whose chunks come in key order, up to the root. */
export class Tower<K extends Key> {
  readonly #above: InternalChunker<K>[] = [];
  /** Chunks of each level, from the lowest, and the last of them. */
  readonly #made: number[] = [];
  readonly #last: KeyedChild<K>[] = [];

  /** @param level of the chunks that come */
  constructor(
    private readonly kind: KeyKind,
    private readonly level: number,
    private readonly sink: ChunkSink,
  ) {}

  add(chunk: KeyedChild<K>): void {
    this.#add(0, chunk);
  }

  #add(floor: number, chunk: KeyedChild<K>): void {
    this.#made[floor] = (this.#made[floor] ?? 0) + 1;
    this.#last[floor] = chunk;
    this.#above[floor] ??= new InternalChunker<K>(this.kind, this.level + floor + 1, this.sink, (above) =>
      this.#add(floor + 1, above),
    );
    this.#above[floor].push(chunk.key, chunk.child);
  }

  /** The root: the only chunk of the lowest level that has only one. */
  finish(): TreeRoot {
    if (this.#made.length === 0) return EMPTY_ROOT;
    let floor = 0;
    for (; this.#made[floor]! > 1; floor++) this.#above[floor]!.close();
    return this.#last[floor]!.child;
  }
}
