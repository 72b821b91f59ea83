/** Keys sorted at a time: few enough that sorting them, some milliseconds, holds nobody up. */
const RUN = 4_096;

/** Gathers strings in any order and gives them back in order: sorted run by run, then merged. */
export class SortedRuns {
  readonly #runs: string[][] = [];
  #open: string[] = [];

  get size(): number {
    return this.#runs.length * RUN + this.#open.length;
  }

  add(key: string): void {
    this.#open.push(key);
    if (this.#open.length === RUN) this.#close();
  }

  /** All of them, in order. */
  sorted(): Generator<string, undefined> {
    if (this.#open.length > 0) this.#close();
    return merged(this.#runs);
  }

  /** All of them, in order, `size` at a time. */
  *batches(size: number): Generator<string[], undefined> {
    let batch: string[] = [];
    for (const key of this.sorted()) {
      batch.push(key);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  #close(): void {
    // The default order of strings is by code unit, which is the order of keys.
    this.#runs.push(this.#open.sort());
    this.#open = [];
  }
}

interface Cursor {
  readonly run: readonly string[];
  at: number;
  key: string;
}

/** Merges sorted runs with a binary heap of their next keys. */
function* merged(runs: readonly string[][]): Generator<string, undefined> {
  const heap: Cursor[] = runs.map((run) => ({ run, at: 0, key: run[0]! }));
  heap.sort((a, b) => (a.key < b.key ? -1 : 1));
  while (heap.length > 0) {
    const first = heap[0]!;
    yield first.key;
    first.at += 1;
    if (first.at < first.run.length) first.key = first.run[first.at]!;
    else {
      const last = heap.pop()!;
      if (heap.length === 0) return;
      if (last !== first) heap[0] = last;
    }
    sink(heap);
  }
}

function sink(heap: Cursor[]): void {
  const top = heap[0]!;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.key < heap[child]!.key) child += 1;
    if (top.key <= heap[child]!.key) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = top;
}
