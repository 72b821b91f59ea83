import assert from 'node:assert/strict';
import { PERF_BYTES, PERF_PROCESSES, PERF_SLOTS, type PerfRecord, type PerfStore } from '../store/perf';
import type { OpenedPart, PerfStoreSubject } from './subject';

/** Some minute. */
const NOW = 29_000_000;

function told(slot: number, process: string, text = `${process} in ${slot}`): PerfRecord {
  return { slot, process, bytes: Uint8Array.from(Buffer.from(text)) };
}

async function read(perf: PerfStore, from = 0, through = 2 * NOW): Promise<PerfRecord[]> {
  const records = await perf.read(from, through);
  return records.map((record) => ({ ...record, bytes: Uint8Array.from(record.bytes) }));
}

function onPerf(
  subject: PerfStoreSubject,
  name: string,
  body: (perf: PerfStore, opened: OpenedPart<PerfStore>) => Promise<void>,
): void {
  subject.test.it(name, async () => {
    const opened = await subject.open();
    try {
      await body(opened.store, opened);
    } finally {
      await opened.dispose();
    }
  });
}

/** What every store of how processes did must do. Declares the tests with the framework that the subject brings. */
export function perfStoreCompliance(subject: PerfStoreSubject): void {
  subject.test.describe(`${subject.name} keeps how processes did`, () => {
    onPerf(subject, 'by minute and process, those that are asked for', async (perf) => {
      assert.deepEqual(await read(perf), []);
      const all = [told(NOW - 1, 'a'), told(NOW - 1, 'b'), told(NOW, 'a'), told(NOW + 1, 'ü:7')];
      for (const i of [2, 1, 3, 0]) await perf.put(all[i]!);
      assert.deepEqual(await read(perf), all);
      assert.deepEqual(await read(perf, NOW, NOW), [all[2]]);
      assert.deepEqual(await read(perf, NOW, NOW + 5), all.slice(2));
      assert.deepEqual(await read(perf, NOW + 2, NOW + 5), []);
    });

    onPerf(subject, 'a process tells of a minute anew', async (perf) => {
      for (let n = 0; n < 5; n++) {
        await perf.put(told(NOW, 'a', `a ${n}`));
        await perf.put(told(NOW, 'b', `b ${n}`));
      }
      assert.deepEqual(await read(perf), [told(NOW, 'a', 'a 4'), told(NOW, 'b', 'b 4')]);
    });

    onPerf(subject, 'no more than a day, and what is newer wins', async (perf) => {
      await perf.put(told(NOW, 'a'));
      await perf.put(told(NOW, 'b'));
      await perf.put(told(NOW + PERF_SLOTS, 'a'));
      await perf.put(told(NOW, 'a', 'late'));
      const names = (await read(perf, NOW + 1)).map(({ process }) => process);
      assert.deepEqual(names, ['a'], 'of the new day');
      for (const process of ['c', 'd', 'e']) await perf.put(told(NOW + 3 * PERF_SLOTS, process));
      await perf.put(told(NOW + 3 * PERF_SLOTS, 'a'));
      assert.equal((await read(perf, NOW + 2 * PERF_SLOTS)).length, 4);
      assert.ok((await read(perf)).length <= PERF_PROCESSES);
    });

    onPerf(subject, 'no more processes than there are places', async (perf) => {
      const processes = Array.from({ length: PERF_PROCESSES + 4 }, (_, i) => `host:${1000 + i}`);
      for (const process of processes) await perf.put(told(NOW, process));
      const kept = await read(perf);
      assert.deepEqual(
        kept,
        processes.slice(0, PERF_PROCESSES).map((process) => told(NOW, process)),
      );
      for (const process of processes) await perf.put(told(NOW, process, 'again'));
      assert.equal((await read(perf)).filter(({ bytes }) => bytes.length === 5).length, PERF_PROCESSES);
    });

    onPerf(subject, 'takes the largest records', async (perf) => {
      const largest = { slot: NOW, process: 'p'.repeat(96), bytes: new Uint8Array(PERF_BYTES).fill(7) };
      await perf.put(largest);
      assert.deepEqual(await read(perf), [largest]);
    });

    onPerf(subject, 'of several at once, and everyone sees it', async (perf, opened) => {
      const other = opened.openAnother ? await opened.openAnother() : perf;
      const names = Array.from({ length: PERF_PROCESSES }, (_, i) => `host:${i}`).sort();
      await Promise.all(names.map((process, i) => (i % 2 ? perf : other).put(told(NOW, process))));
      const expected = names.map((process) => told(NOW, process));
      assert.deepEqual(await read(other), expected);
      assert.deepEqual(await read(perf), expected);
    });
  });
}
