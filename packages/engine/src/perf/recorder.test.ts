import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Command } from '../handler/command';
import { WalEngine } from '../handler/engine';
import { PerfRecorder } from './recorder';
import { readPerf } from './report';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 0, 31, 12);

let store: Store;
let materializer: Materializer;
let perf: PerfRecorder;
let engine: WalEngine;
let now: number;

const recorder = (process: string) => new PerfRecorder(store, materializer, { process, now: () => now });
const run = async (command: Record<string, unknown>) =>
  engine.handle(Command.from(command, 'shop'), { connectionId: 1, actor: NOBODY });
const report = async (since = NOON, until = now) => readPerf(store, since, until);

beforeEach(async () => {
  now = NOON;
  store = await openStore('memory:');
  materializer = new Materializer(store);
  perf = recorder('one');
  engine = new WalEngine(store, materializer, { perf });
});
afterEach(async () => {
  await engine.close();
  await materializer.close();
  await perf.close();
  await store.close();
});

describe('what a process does', () => {
  it('is told by kind, with commits, entries and bytes', async () => {
    await run({ insert: 'items', documents: [{ _id: 1 }, { _id: 2 }] });
    await run({ find: 'items' });
    await run({ find: 'items', filter: { $no: 1 } });
    await run({ create: 'others' });
    await run({ hello: 1 });
    await run({ nothing: 1 });
    await perf.flush();
    const { total, processes, minutes } = await report();
    const { read, write, other, append } = total.timed;
    expect([read.count, write.count, other.count, append.count]).toEqual([2, 1, 1, 2]);
    expect(append.max).toBeGreaterThan(0);
    // The collection is made by its first document; a document with an _id alone has 14 bytes.
    expect(total.counters).toMatchObject({ readFailed: 1, writeFailed: 0, commits: 2, entries: 4, lost: 0 });
    expect(total.counters.bytes).toBeGreaterThanOrEqual(2 * 14);
    expect(processes).toEqual([{ process: 'one', counts: total }]);
    expect(minutes).toEqual([{ at: NOON, counts: total }]);
  });

  it('is told with the caches, as they did since', async () => {
    await run({ insert: 'items', documents: [{ _id: 1 }] });
    await run({ find: 'items' });
    now += MINUTE;
    await perf.flush();
    const before = materializer.stats();
    await run({ find: 'items' });
    await perf.flush();
    const [first, second] = (await report()).minutes;
    expect(first!.counts.counters.documentHits).toBe(before.hits);
    expect(second!.counts.counters.documentHits).toBe(materializer.stats().hits - before.hits);
    expect(second!.counts.counters.documentHits).toBeGreaterThan(0);
  });

  it('is told once for each minute, however often, and added up over processes', async () => {
    await run({ find: 'items' });
    await perf.flush();
    await run({ find: 'items' });
    await perf.flush();
    await perf.flush();
    now += MINUTE;
    await perf.flush();
    await run({ find: 'items' });
    await perf.flush();
    const other = recorder('two');
    other.command('find', performance.now() - 5, true);
    await other.close();
    const { total, processes, minutes } = await report();
    expect(total.timed.read.count).toBe(4);
    expect(minutes.map(({ at, counts }) => [at - NOON, counts.timed.read.count])).toEqual([
      [0, 2],
      [MINUTE, 2],
    ]);
    expect(processes.map(({ process, counts }) => [process, counts.timed.read.count])).toEqual([
      ['one', 3],
      ['two', 1],
    ]);
    expect(total.timed.read.max).toBeGreaterThanOrEqual(5_000);
    expect((await report(NOON + MINUTE)).total.timed.read.count).toBe(2);
    expect((await report(NOON - 5 * MINUTE, NOON - 1)).minutes).toEqual([]);
  });

  it('is told with the appends that another process was faster than', async () => {
    perf.append({ appended: false, reason: 'head-moved' }, performance.now());
    perf.append({ appended: false, reason: 'branch-deleted' }, performance.now());
    await perf.flush();
    const { counters, timed } = (await report()).total;
    expect([counters.lost, counters.commits, timed.append.count]).toEqual([1, 0, 2]);
  });

  it('is told at the end, and nothing where nothing was done', async () => {
    const put = vi.spyOn(store.perf, 'put');
    await run({ ping: 1 });
    await perf.flush();
    expect(put).not.toHaveBeenCalled();
    await run({ count: 'items' });
    await engine.close();
    await perf.close();
    expect(put).toHaveBeenCalledTimes(1);
    expect((await report()).total.timed.read.count).toBe(1);
    await perf.flush();
    expect(put).toHaveBeenCalledTimes(1);
  });

  it('goes on when the store takes nothing', async () => {
    const put = vi.spyOn(store.perf, 'put').mockRejectedValueOnce(new Error('the disk is full'));
    await run({ count: 'items' });
    await perf.flush();
    expect(put).toHaveBeenCalledTimes(1);
    await run({ count: 'items' });
    await perf.flush();
    expect((await report()).total.timed.read.count).toBe(2);
  });

  it('is told by itself when the minute is over', async () => {
    vi.useFakeTimers();
    try {
      const put = vi.spyOn(store.perf, 'put');
      const timed = recorder('three');
      timed.command('find', performance.now(), false);
      await vi.advanceTimersByTimeAsync(MINUTE - 1);
      expect(put).not.toHaveBeenCalled();
      now += MINUTE;
      await vi.advanceTimersByTimeAsync(5_001);
      expect(put).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(10 * MINUTE);
      expect(put).toHaveBeenCalledTimes(1);
      await timed.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
