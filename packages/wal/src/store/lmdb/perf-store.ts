import { PERF_PROCESSES, PERF_SLOTS, type PerfRecord, type PerfStore } from '../perf';
import { inOrder, mayTake, placesOf } from '../perf-ring';
import type { LmdbHost } from './chunks/chunk-store';
import { perfKey } from './keys';

/** Of a value: the minute as 6 bytes, how many bytes the process's name takes, the name, and what is to be told. */
const NAME_AT = 7;

/** How processes did, beside the log. One small write a minute and process, in the background. */
export class LmdbPerfStore implements PerfStore {
  readonly #host: LmdbHost;

  constructor(host: LmdbHost) {
    this.#host = host;
  }

  async put(record: PerfRecord): Promise<void> {
    this.#host.checkOpen();
    const value = encoded(record);
    await this.#host.queue.run((transaction) => {
      for (const place of placesOf(record)) {
        const key = perfKey(place);
        const there = transaction.get(key);
        if (!mayTake(record, there && decoded(there))) continue;
        transaction.put(key, value);
        return;
      }
    });
  }

  read(from: number, through: number): readonly PerfRecord[] {
    const { db, read } = this.#host;
    const range = { start: perfKey(0), end: perfKey(PERF_SLOTS * PERF_PROCESSES) };
    const records = read(() => [...db.getRange(range)].map(({ value }) => decoded(value)));
    return inOrder(records, from, through);
  }
}

function encoded({ slot, process, bytes }: PerfRecord): Buffer {
  const name = Buffer.from(process, 'utf8');
  const head = Buffer.allocUnsafe(NAME_AT);
  head.writeUIntBE(slot, 0, 6);
  head[6] = name.length;
  return Buffer.concat([head, name, bytes]);
}

function decoded(value: Buffer): PerfRecord {
  const bytesAt = NAME_AT + value[6]!;
  return {
    slot: value.readUIntBE(0, 6),
    process: value.toString('utf8', NAME_AT, bytesAt),
    bytes: value.subarray(bytesAt),
  };
}
