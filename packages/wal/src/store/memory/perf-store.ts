import type { PerfRecord, PerfStore } from '../perf';
import { inOrder, mayTake, placesOf } from '../perf-ring';

/** How processes did, in this process's memory. */
export class MemoryPerfStore implements PerfStore {
  readonly #places = new Map<number, PerfRecord>();

  constructor(private readonly checkOpen: () => void) {}

  async put(record: PerfRecord): Promise<void> {
    this.checkOpen();
    for (const place of placesOf(record)) {
      if (!mayTake(record, this.#places.get(place))) continue;
      this.#places.set(place, { ...record, bytes: Uint8Array.from(record.bytes) });
      return;
    }
  }

  read(from: number, through: number): readonly PerfRecord[] {
    this.checkOpen();
    return inOrder(this.#places.values(), from, through);
  }
}
