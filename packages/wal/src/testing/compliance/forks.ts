import assert from 'node:assert/strict';
import { NOBODY } from '../../entry/entry';
import { branchDeletion } from '../../refs/control-entries';
import { timelineAt } from '../../refs/timeline';
import { commitOf, insertion } from '../drafts';
import { fork, newProject, onStore, push, read, rejectsWith } from '../fixture';
import type { StoreSubject } from '../subject';

/** Where branches may start, and that they keep apart. */
export function forkTests(subject: StoreSubject): void {
  subject.test.describe('forks', () => {
    onStore(subject, 'a branch may start at any commit that its parent shows', async (store) => {
      const { main } = await newProject(store);
      const [one] = await push(store, main.id, commitOf(insertion({ _id: 1 }), insertion({ _id: 2 })));
      const [two] = await push(store, main.id, commitOf(insertion({ _id: 3 })));
      const atStart = await fork(store, main, 'at-start', main.startLsn);
      assert.equal(atStart.startLsn, main.startLsn);
      const past = await fork(store, main, 'past', one!.lsn);
      const child = await fork(store, past, 'child', two!.lsn).catch(
        (error: Error & { code?: string }) => error.code,
      );
      assert.equal(child, 'ARGON_WAL_INVALID_FORK_POINT', 'the parent ends before that');
      const grandchild = await fork(store, past, 'grandchild', one!.lsn);
      assert.equal(grandchild.baseLsn, one!.lsn);
      const ancient = await fork(store, past, 'ancient', main.startLsn);
      assert.equal(ancient.parentId, past.id, "a commit of the parent's own past will do");
      const timeline = await timelineAt(ancient.id, ancient.baseLsn, (id) => store.branchById(id));
      assert.deepEqual(timeline.segments, [{ branchId: main.id, from: 0, to: main.startLsn }]);
    });

    onStore(
      subject,
      'a branch cannot start within a commit, beyond the head, or before the project',
      async (store) => {
        const { main } = await newProject(store);
        const [one] = await push(store, main.id, commitOf(insertion({ _id: 1 }), insertion({ _id: 2 })));
        await push(store, main.id, commitOf(insertion({ _id: 3 })));
        const other = await newProject(store, 'other');
        const last = await store.lastLsn();
        for (const lsn of [0, 1, one!.lsn - 1, other.main.id, last + 1, -1, 1.5, Number.NaN]) {
          await rejectsWith(fork(store, main, 'feature', lsn), 'ARGON_WAL_INVALID_FORK_POINT');
        }
        assert.equal(await store.lastLsn(), last);
        assert.equal((await store.branches(main.projectId)).length, 1);
      },
    );

    onStore(subject, 'a parent must be a live branch of a live project', async (store) => {
      const { project, main } = await newProject(store);
      const other = await newProject(store, 'other');
      const request = { name: 'x', parentId: main.id, baseLsn: main.startLsn, actor: NOBODY };
      await rejectsWith(store.createBranch({ ...request, projectId: 999 }), 'ARGON_WAL_PROJECT_NOT_FOUND');
      await rejectsWith(
        store.createBranch({ ...request, projectId: other.project.id }),
        'ARGON_WAL_BRANCH_NOT_FOUND',
      );
      await rejectsWith(
        store.createBranch({ ...request, projectId: project.id, parentId: 999 }),
        'ARGON_WAL_BRANCH_NOT_FOUND',
      );
      const gone = await fork(store, main, 'gone');
      await push(store, gone.id, branchDeletion('gone', NOBODY), { status: 'deleted' });
      await rejectsWith(fork(store, gone, 'x', gone.baseLsn), 'ARGON_WAL_BRANCH_NOT_FOUND');
    });

    onStore(subject, 'branches are isolated from each other, to a depth of 20', async (store) => {
      const { main } = await newProject(store);
      const branches = [main];
      await push(store, main.id, commitOf(insertion({ _id: 0 })));
      for (let depth = 1; depth <= 20; depth++) {
        const branch = await fork(store, branches[depth - 1]!, `depth-${depth}`);
        await push(store, branch.id, commitOf(insertion({ _id: depth })));
        branches.push(branch);
      }
      for (const [depth, branch] of branches.entries()) {
        const commits = await read(store, branch.id);
        assert.deepEqual(
          commits.flatMap((commit) => commit.entries.map((entry) => entry.documentId)),
          [depth],
        );
      }
      const deepest = branches[20]!;
      const { lsn } = await store.head(deepest.id);
      const timeline = await timelineAt(deepest.id, lsn, (id) => store.branchById(id));
      const ids: unknown[] = [];
      for (const segment of timeline.segments) {
        const commits = await read(store, segment.branchId, { after: segment.from, through: segment.to });
        for (const commit of commits) ids.push(...commit.entries.map((entry) => entry.documentId));
      }
      assert.deepEqual(
        ids,
        Array.from({ length: 21 }, (_, depth) => depth),
      );
    });

    onStore(subject, 'a fork made right after 500 acknowledged commits holds them all', async (store) => {
      const { main } = await newProject(store);
      const group = Array.from({ length: 500 }, (_, i) => commitOf(insertion({ _id: i })));
      const commits = await push(store, main.id, group);
      const branch = await fork(store, main, 'feature');
      assert.equal(branch.baseLsn, commits[499]!.lsn);
      assert.equal(
        (await read(store, main.id, { after: main.startLsn, through: branch.baseLsn })).length,
        500,
      );
    });
  });
}
