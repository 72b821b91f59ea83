import assert from 'node:assert/strict';
import { NOBODY } from '../../entry/entry';
import { branchDeletion } from '../../refs/control-entries';
import { commitOf, insertion } from '../drafts';
import { fork, newProject, onStore, plain, push, pushContended, read, rejectsWith } from '../fixture';
import type { StoreSubject } from '../subject';

/** Several handles on one store, one after the other and at once: promises 1, 3 and 4. */
export function handleTests(subject: StoreSubject): void {
  const { describe, it } = subject.test;
  describe('handles', () => {
    it('closes once and for all', async () => {
      const opened = await subject.open();
      const { store } = opened;
      const { main } = await newProject(store);
      await Promise.all([store.close(), store.close()]);
      await store.close();
      const closed = 'ARGON_WAL_STORE_CLOSED';
      await rejectsWith(async () => store.projects(), closed);
      await rejectsWith(async () => store.head(main.id), closed);
      await rejectsWith(async () => store.documents(main.id, [2]), closed);
      await rejectsWith(async () => read(store, main.id), closed);
      await rejectsWith(newProject(store, 'late'), closed);
      await rejectsWith(
        store.append({ branchId: main.id, after: 2, commits: [commitOf(insertion({ _id: 1 }))] }),
        closed,
      );
      await opened.dispose();
    });

    it('closing waits for what is under way', async () => {
      const opened = await subject.open();
      const { store } = opened;
      const { main } = await newProject(store);
      const pending = push(store, main.id, commitOf(insertion({ _id: 1 })));
      // The append has read the head by then and is on its way to the medium.
      await new Promise((resolve) => setImmediate(resolve));
      await store.close();
      const outcome = await pending.then(
        () => 'appended',
        (error: { code?: string }) => error.code,
      );
      assert.ok(outcome === 'appended' || outcome === 'ARGON_WAL_STORE_CLOSED', String(outcome));
      await opened.dispose();
    });

    if (subject.supports.durable) {
      it('what was acknowledged is there after opening again', async () => {
        const opened = await subject.open();
        const { project, main } = await newProject(opened.store);
        const commits = await push(opened.store, main.id, [
          commitOf(insertion({ _id: 1 }), insertion({ _id: 2 })),
          commitOf(insertion({ _id: 3 })),
        ]);
        const branch = await fork(opened.store, main, 'feature');
        const lastLsn = await opened.store.lastLsn();
        const head = await opened.store.head(main.id);
        await opened.store.close();

        const again = await opened.openAnother();
        assert.deepEqual(await again.projects(), [project]);
        assert.deepEqual((await again.branches(project.id))[1], branch);
        assert.equal(await again.lastLsn(), lastLsn);
        assert.deepEqual(await again.head(main.id), head);
        assert.deepEqual((await read(again, main.id)).map(plain), commits.map(plain));
        const [next] = await push(again, main.id, commitOf(insertion({ _id: 4 })));
        assert.ok(next!.lsn > lastLsn);
        assert.ok((await again.size()) > 0);
        await again.close();
        await opened.dispose();
      });
    }

    if (!subject.supports.multiProcess) return;

    onStore(subject, 'another handle sees every acknowledged commit at once', async (store, opened) => {
      const other = await opened.openAnother();
      try {
        assert.deepEqual(await other.projects(), []);
        const { project, main } = await newProject(store);
        assert.deepEqual(await other.projects(), [project]);
        assert.equal((await other.branch(project.id, 'main'))!.id, main.id);
        for (let i = 0; i < 20; i++) {
          const [commit] = await push(store, main.id, commitOf(insertion({ _id: i })));
          assert.equal((await other.head(main.id)).lsn, commit!.lsn);
          assert.ok((await other.documents(main.id, [commit!.lsn]))[0]);
          assert.equal(await other.lastLsn(), commit!.lsn);
          assert.equal((await other.commitAtOrBefore(main.id, { timestamp: 8e15 }))!.lsn, commit!.lsn);
          const commits = await read(other, main.id, { after: commit!.after });
          assert.deepEqual(commits.map(plain), [plain(commit!)]);
        }
        const feature = await fork(other, main, 'feature');
        assert.deepEqual(await store.branch(project.id, 'feature'), feature);
        await push(other, feature.id, branchDeletion('feature', NOBODY), { status: 'deleted' });
        assert.equal(await store.branch(project.id, 'feature'), undefined);
        assert.equal((await store.branchById(feature.id))!.status, 'deleted');
        await other.deleteProject(project.id, NOBODY);
        assert.deepEqual(await store.projects(), []);
      } finally {
        await other.close();
      }
    });

    onStore(subject, 'handles contend for one branch and lose nothing', async (store, opened) => {
      const other = await opened.openAnother();
      try {
        const { main } = await newProject(store);
        const write = async (handle: typeof store, name: string) => {
          for (let i = 0; i < 25; i++)
            await pushContended(handle, main.id, commitOf(insertion({ _id: `${name}${i}` })));
        };
        await Promise.all([write(store, 'a'), write(other, 'b'), write(store, 'c'), write(other, 'd')]);
        const commits = await read(store, main.id);
        assert.equal(commits.length, 100);
        assert.deepEqual((await read(other, main.id)).map(plain), commits.map(plain));
        const lsns = commits.map((commit) => commit.lsn);
        assert.deepEqual(
          lsns,
          [...new Set(lsns)].sort((a, b) => a - b),
        );
      } finally {
        await other.close();
      }
    });

    onStore(subject, 'a name taken through one handle is taken for the other', async (store, opened) => {
      const other = await opened.openAnother();
      try {
        const { main } = await newProject(store);
        await rejectsWith(newProject(other), 'ARGON_WAL_PROJECT_EXISTS');
        const outcomes = await Promise.allSettled([fork(store, main, 'x'), fork(other, main, 'x')]);
        assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
      } finally {
        await other.close();
      }
    });
  });
}
