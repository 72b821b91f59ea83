import assert from 'node:assert/strict';
import { MAX_LSN } from '../entry/entry';
import { HOT_LIST_BYTES, type SnapshotRecord, type SnapshotStore } from '../store/chunks';
import { chunkHash } from '../store/chunk-hash';
import type { OpenedPart, SnapshotStoreSubject } from './subject';

function snapshotOf(branchId: number, lsn: number, root = `${branchId} ${lsn}`): SnapshotRecord {
  return {
    branchId,
    lsn,
    timestamp: 1_700_000_000_000 + lsn,
    root: chunkHash(Buffer.from(root)),
    format: 1,
    takenAt: 1_700_000_001_000 + lsn,
  };
}

function onSnapshots(
  subject: SnapshotStoreSubject,
  name: string,
  body: (snapshots: SnapshotStore, opened: OpenedPart<SnapshotStore>) => Promise<void>,
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

/** What every snapshot store must do. Declares the tests with the framework that the subject brings. */
export function snapshotStoreCompliance(subject: SnapshotStoreSubject): void {
  subject.test.describe(`${subject.name} keeps what snapshot stores promise`, () => {
    onSnapshots(subject, 'finds the newest at or before an LSN, of that branch alone', async (snapshots) => {
      for (const lsn of [100, 9, 40]) await snapshots.put(snapshotOf(3, lsn));
      await snapshots.put(snapshotOf(2, 60));
      await snapshots.put(snapshotOf(4, 5));
      assert.equal(await snapshots.atOrBefore(3, 8), undefined);
      assert.deepEqual(await snapshots.atOrBefore(3, 9), snapshotOf(3, 9));
      assert.deepEqual(await snapshots.atOrBefore(3, 99), snapshotOf(3, 40));
      assert.deepEqual(await snapshots.atOrBefore(3, MAX_LSN), snapshotOf(3, 100));
      assert.equal(await snapshots.atOrBefore(1, MAX_LSN), undefined);
      assert.equal(await snapshots.atOrBefore(5, MAX_LSN), undefined);
      assert.equal(await snapshots.atOrBefore(4, 4), undefined);
    });

    onSnapshots(subject, 'lists one branch or all, by branch and LSN', async (snapshots) => {
      assert.deepEqual(await snapshots.list(), []);
      const all = [snapshotOf(2, 7), snapshotOf(2, 300), snapshotOf(10, 20), snapshotOf(10, 100)];
      for (const i of [3, 0, 2, 1]) await snapshots.put(all[i]!);
      assert.deepEqual(await snapshots.list(), all);
      assert.deepEqual(await snapshots.list(10), all.slice(2));
      assert.deepEqual(await snapshots.list(3), []);
    });

    onSnapshots(subject, 'one of the same place replaces', async (snapshots) => {
      await snapshots.put(snapshotOf(2, 7));
      await snapshots.put(snapshotOf(2, 7, 'another root'));
      assert.deepEqual(await snapshots.list(), [snapshotOf(2, 7, 'another root')]);
    });

    onSnapshots(subject, 'removes one, and does not mind its absence', async (snapshots) => {
      await snapshots.put(snapshotOf(2, 7));
      await snapshots.put(snapshotOf(2, 8));
      await snapshots.remove(2, 8);
      await snapshots.remove(2, 8);
      await snapshots.remove(9, 9);
      assert.deepEqual(await snapshots.atOrBefore(2, 100), snapshotOf(2, 7));
    });

    onSnapshots(subject, 'takes the largest numbers', async (snapshots) => {
      const last = {
        ...snapshotOf(MAX_LSN - 1, MAX_LSN),
        timestamp: 0,
        takenAt: 8_640_000_000_000_000,
        format: 7,
      };
      await snapshots.put(last);
      assert.deepEqual(await snapshots.atOrBefore(MAX_LSN - 1, MAX_LSN), last);
    });

    onSnapshots(subject, 'keeps one hot list, which is no snapshot', async (snapshots, opened) => {
      assert.equal(await snapshots.hotList(), undefined);
      const lists = ['first', 'x'.repeat(HOT_LIST_BYTES), ''].map((text) =>
        Uint8Array.from(Buffer.from(text)),
      );
      for (const list of lists) {
        await snapshots.putHotList(list);
        const other = opened.openAnother ? await opened.openAnother() : snapshots;
        assert.deepEqual(Uint8Array.from((await other.hotList())!), list);
      }
      assert.deepEqual(await snapshots.list(), []);
      assert.equal(await snapshots.atOrBefore(1, MAX_LSN), undefined);
      await Promise.all(lists.map((list) => snapshots.putHotList(list)));
      const kept = Uint8Array.from((await snapshots.hotList())!);
      assert.ok(lists.some((list) => Buffer.compare(list, kept) === 0));
    });

    onSnapshots(
      subject,
      'several put the same one at once, and everyone sees it',
      async (snapshots, opened) => {
        const other = opened.openAnother ? await opened.openAnother() : snapshots;
        await Promise.all(
          Array.from({ length: 10 }, (_, i) => (i % 2 ? snapshots : other).put(snapshotOf(2, 7 + (i >> 2)))),
        );
        const expected = [snapshotOf(2, 7), snapshotOf(2, 8), snapshotOf(2, 9)];
        assert.deepEqual(await other.list(), expected);
        assert.deepEqual(await snapshots.atOrBefore(2, 1000), expected[2]);
        await other.remove(2, 9);
        assert.deepEqual(await snapshots.atOrBefore(2, 1000), expected[1]);
      },
    );
  });
}
