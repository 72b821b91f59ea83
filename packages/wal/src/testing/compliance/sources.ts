import assert from 'node:assert/strict';
import { commitOf, control, insertion } from '../drafts';
import { fork, newProject, onStore, push, read, rejectsWith } from '../fixture';
import type { OpenedStore, StoreSubject } from '../subject';
import type { Store } from '../../store/store';

/** What a branch remembers of the place that it follows moves with its commits. */
export function sourceTests(subject: StoreSubject): void {
  subject.test.describe('sources', () => {
    onStore(subject, 'moves with its commit, and is for no fork', async (store) => {
      const { main } = await newProject(store);
      assert.equal(await sourceOf(store, main.id), undefined);
      await push(store, main.id, commitOf(insertion({ _id: 1 })), { source: Uint8Array.of(0, 255, 10) });
      assert.deepEqual(await sourceOf(store, main.id), [0, 255, 10]);
      const byName = await store.branch(main.projectId, 'main');
      assert.deepEqual([...byName!.source!], [0, 255, 10]);
      const [listed] = await store.branches(main.projectId);
      assert.deepEqual([...listed!.source!], [0, 255, 10]);

      const child = await fork(store, main, 'child');
      assert.equal(await sourceOf(store, child.id), undefined);
      await push(store, main.id, commitOf(insertion({ _id: 2 })));
      await push(store, main.id, control('modify_branch', { protected: true }), { protected: true });
      assert.deepEqual(await sourceOf(store, main.id), [0, 255, 10], 'other commits leave it');

      const largest = new Uint8Array(64 * 1024).fill(7);
      await push(store, main.id, commitOf(insertion({ _id: 3 })), { source: largest });
      assert.equal((await sourceOf(store, main.id))!.length, largest.length);
      await push(store, main.id, commitOf(insertion({ _id: 4 })), { source: new Uint8Array() });
      assert.deepEqual(await sourceOf(store, main.id), []);
      await push(store, main.id, control('modify_branch', {}), { source: null });
      assert.equal(await sourceOf(store, main.id), undefined);
      await push(store, main.id, control('modify_branch', {}), { source: null });
      assert.equal(await sourceOf(store, main.id), undefined);
    });

    onStore(subject, 'stays where it was if the head had moved, or it is too large', async (store) => {
      const { main } = await newProject(store);
      const { lsn: after } = await store.head(main.id);
      await push(store, main.id, commitOf(insertion({ _id: 1 })), { source: Uint8Array.of(1) });
      const late = await store.append({
        branchId: main.id,
        after,
        commits: [commitOf(insertion({ _id: 2 }))],
        change: { source: Uint8Array.of(2) },
      });
      assert.deepEqual(late, { appended: false, reason: 'head-moved' });
      const tooLarge = { source: new Uint8Array(64 * 1024 + 1) };
      await rejectsWith(
        push(store, main.id, commitOf(insertion({ _id: 3 })), tooLarge),
        'ARGON_WAL_SOURCE_TOO_LARGE',
      );
      assert.deepEqual(await sourceOf(store, main.id), [1]);
      assert.equal((await read(store, main.id)).length, 1);
    });

    if (subject.supports.durable) {
      subject.test.it('survives closing', async () => {
        const opened = await subject.open();
        const { main } = await newProject(opened.store);
        await push(opened.store, main.id, commitOf(insertion({ _id: 1 })), { source: Uint8Array.of(1, 2) });
        await opened.store.close();
        await onAnother(opened, async (other) => assert.deepEqual(await sourceOf(other, main.id), [1, 2]));
        await opened.dispose();
      });
    }
    if (subject.supports.multiProcess) {
      onStore(subject, 'is seen by other handles', async (store, opened) => {
        const { main } = await newProject(store);
        await onAnother(opened, async (other) => {
          assert.equal(await sourceOf(other, main.id), undefined);
          for (const n of [1, 2]) {
            await push(store, main.id, commitOf(insertion({ _id: n })), { source: Uint8Array.of(n) });
            assert.deepEqual(await sourceOf(other, main.id), [n]);
            assert.deepEqual([...(await other.branch(main.projectId, 'main'))!.source!], [n]);
          }
        });
      });
    }
  });
}

async function sourceOf(store: Store, branchId: number): Promise<number[] | undefined> {
  const source = (await store.branchById(branchId))!.source;
  return source && [...source];
}

async function onAnother(opened: OpenedStore, body: (store: Store) => Promise<void>): Promise<void> {
  const other = await opened.openAnother();
  try {
    await body(other);
  } finally {
    await other.close();
  }
}
