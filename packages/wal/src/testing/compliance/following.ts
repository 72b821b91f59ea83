import assert from 'node:assert/strict';
import type { Commit } from '../../entry/entry';
import type { Store } from '../../store/store';
import { commitOf, insertion } from '../drafts';
import { fork, newProject, onStore, plain, push, read, rejectsWith } from '../fixture';
import type { StoreSubject } from '../subject';

/** Follows until `count` commits have come, or fails after ten seconds. */
async function take(store: Store, branchId: number, after: number, count: number): Promise<Commit[]> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 10_000);
  const commits: Commit[] = [];
  for await (const commit of store.follow(branchId, after, abort.signal)) {
    commits.push(commit);
    if (commits.length === count) break;
  }
  clearTimeout(timer);
  assert.equal(commits.length, count, 'all commits came in time');
  return commits;
}

/** Commits as they come. */
export function followTests(subject: StoreSubject): void {
  subject.test.describe('following', () => {
    onStore(subject, 'gives what is there, then what comes, in order', async (store) => {
      const { main } = await newProject(store);
      const there = await push(store, main.id, [
        commitOf(insertion({ _id: 0 })),
        commitOf(insertion({ _id: 1 })),
      ]);
      const following = take(store, main.id, main.startLsn, 32);
      const later = take(store, main.id, there[0]!.lsn, 31);
      for (let i = 2; i < 32; i++) await push(store, main.id, commitOf(insertion({ _id: i })));
      const all = await read(store, main.id);
      assert.deepEqual((await following).map(plain), all.map(plain));
      assert.deepEqual((await later).map(plain), all.slice(1).map(plain));
    });

    onStore(subject, 'gives one branch only', async (store) => {
      const { main } = await newProject(store);
      const branch = await fork(store, main, 'feature');
      const following = take(store, branch.id, branch.startLsn, 2);
      await push(store, main.id, commitOf(insertion({ _id: 1 })));
      await push(store, branch.id, commitOf(insertion({ _id: 2 })));
      await push(store, main.id, commitOf(insertion({ _id: 3 })));
      await push(store, branch.id, commitOf(insertion({ _id: 4 })));
      assert.deepEqual(
        (await following).map((commit) => commit.entries[0]!.documentId),
        [2, 4],
      );
    });

    onStore(subject, 'tells which branches move, if it does', async (store) => {
      const { main } = await newProject(store);
      const branch = await fork(store, main, 'feature');
      if (store.moves === undefined) return;
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), 10_000);
      const moved = new Set<number>();
      for await (const id of store.moves(abort.signal)) {
        if (moved.size === 0) {
          await push(store, main.id, commitOf(insertion({ _id: 1 })));
          await push(store, branch.id, commitOf(insertion({ _id: 2 })));
        }
        moved.add(id);
        if (moved.has(main.id) && moved.has(branch.id)) break;
      }
      clearTimeout(timer);
      assert.ok(moved.has(0) && moved.has(main.id) && moved.has(branch.id));
    });

    onStore(subject, 'ends when told to', async (store) => {
      const { main } = await newProject(store);
      const abort = new AbortController();
      const seen: Commit[] = [];
      const ended = (async () => {
        for await (const commit of store.follow(main.id, main.startLsn, abort.signal)) seen.push(commit);
      })();
      await push(store, main.id, commitOf(insertion({ _id: 1 })));
      while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      abort.abort();
      await ended;
      await push(store, main.id, commitOf(insertion({ _id: 2 })));
      assert.equal(seen.length, 1);
      for await (const commit of store.follow(main.id, 0, AbortSignal.abort()))
        assert.fail(`got ${commit.lsn}`);
    });

    onStore(subject, 'of an unknown branch is an error', async (store) => {
      await rejectsWith(async () => {
        for await (const commit of store.follow(99, 0, new AbortController().signal))
          assert.fail(String(commit.lsn));
      }, 'ARGON_WAL_BRANCH_NOT_FOUND');
    });

    subject.test.it('ends when the store is closed', async () => {
      const opened = await subject.open();
      const { main } = await newProject(opened.store);
      const ended = (async () => {
        for await (const commit of opened.store.follow(main.id, 0, new AbortController().signal)) void commit;
      })();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await opened.store.close();
      await ended;
      await opened.dispose();
    });

    if (!subject.supports.multiProcess) return;

    onStore(subject, 'gives the commits of other handles too', async (store, opened) => {
      const other = await opened.openAnother();
      try {
        const { main } = await newProject(store);
        const following = take(store, main.id, main.startLsn, 20);
        for (let i = 0; i < 20; i++) {
          await push(i % 2 === 0 ? store : other, main.id, commitOf(insertion({ _id: i })));
        }
        assert.deepEqual((await following).map(plain), (await read(other, main.id)).map(plain));
      } finally {
        await other.close();
      }
    });
  });
}
