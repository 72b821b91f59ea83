import assert from 'node:assert/strict';
import { decodeDocument } from '@argon/bson';
import { NOBODY } from '../../entry/entry';
import { branchDeletion } from '../../refs/control-entries';
import { commitOf, insertion } from '../drafts';
import { fork, newProject, onStore, push, read, rejectsWith } from '../fixture';
import type { StoreSubject } from '../subject';

/** How projects and branches come into being, and which LSNs that takes. */
export function birthTests(subject: StoreSubject): void {
  subject.test.describe('births', () => {
    onStore(subject, 'a new store is empty', async (store) => {
      assert.equal(await store.lastLsn(), 0);
      assert.deepEqual(await store.projects(), []);
      assert.equal(await store.project('shop'), undefined);
      assert.equal(await store.branchById(1), undefined);
      await rejectsWith(async () => store.head(2), 'ARGON_WAL_BRANCH_NOT_FOUND');
    });

    onStore(subject, 'LSNs are 1 and 2 for a project, 3 for a branch, 4 for its deletion', async (store) => {
      const { project, main } = await newProject(store, 'myapp');
      assert.equal(project.id, 1);
      assert.equal(main.id, 2);
      assert.equal(main.baseLsn, 0);
      assert.equal((await store.head(main.id)).lsn, 2);
      assert.equal(await store.lastLsn(), 2);

      const feature = await fork(store, main, 'feature-test');
      assert.equal(feature.id, 3);
      assert.equal(feature.baseLsn, 2);
      assert.equal((await store.head(feature.id)).lsn, 2);
      assert.equal(await store.lastLsn(), 3);

      await push(store, feature.id, branchDeletion(feature.name, NOBODY), { status: 'deleted' });
      assert.equal(await store.lastLsn(), 4);
      assert.equal((await store.head(main.id)).lsn, 2);
    });

    onStore(subject, 'a project and its first branch have the records that were asked for', async (store) => {
      const actor = { user: 'ada', app: 'tests' };
      const before = Date.now();
      const made = await store.createProject({ name: 'shop', branchName: 'trunk', actor });
      const { project, branch } = made;
      assert.equal(project.name, 'shop');
      assert.equal(project.status, 'active');
      assert.ok(project.createdAt >= before && project.createdAt <= Date.now());
      assert.deepEqual(
        { ...branch, createdAt: 0 },
        {
          id: 2,
          projectId: 1,
          name: 'trunk',
          parentId: null,
          baseLsn: 0,
          startLsn: 2,
          headLsn: 2,
          resets: [],
          createdAt: 0,
          createdBy: actor,
          protected: false,
          expiresAt: null,
          status: 'active',
        },
      );
      assert.deepEqual(await store.project('shop'), project);
      assert.deepEqual(await store.branch(project.id, 'trunk'), branch);
      assert.deepEqual(await store.branchById(branch.id), branch);
      assert.deepEqual(await store.head(branch.id), { lsn: 2, timestamp: branch.createdAt });
    });

    onStore(subject, 'a birth is in the log, and not among the commits of the chain', async (store) => {
      const { main } = await newProject(store);
      const [first, second] = await store.entries(main.id, [1, 2]);
      assert.equal(first?.operation, 'create_project');
      assert.equal(second?.operation, 'create_branch');
      assert.equal(first?.commitLsn, 2);
      assert.equal(first?.branchId, 2);
      assert.equal(decodeDocument(first.document!).get('name'), 'shop');
      assert.equal(decodeDocument(second.document!).get('name'), 'main');
      assert.deepEqual(await read(store, main.id), []);

      const branch = await fork(store, main, 'feature');
      const [birth] = await store.entries(branch.id, [branch.id]);
      assert.equal(birth?.operation, 'create_branch');
      assert.equal(birth?.timestamp, branch.createdAt);
      const document = decodeDocument(birth.document!);
      assert.deepEqual([...document.keys()], ['name', 'project', 'parent', 'base']);
      assert.equal(String(document.get('parent')), String(main.id));
      assert.deepEqual(await read(store, branch.id), []);
      assert.deepEqual(await read(store, main.id), []);
    });

    onStore(subject, 'a branch starts at its fork point and grows from there', async (store) => {
      const { main } = await newProject(store);
      const [one] = await push(store, main.id, commitOf(insertion({ _id: 1 })));
      const branch = await store.createBranch({
        projectId: main.projectId,
        name: 'feature',
        parentId: main.id,
        baseLsn: one!.lsn,
        actor: { user: 'bob', app: 'x' },
        protected: true,
        expiresAt: 1_900_000_000_000,
      });
      assert.deepEqual(
        [
          branch.baseLsn,
          branch.startLsn,
          branch.headLsn,
          branch.parentId,
          branch.protected,
          branch.expiresAt,
        ],
        [one!.lsn, one!.lsn, one!.lsn, main.id, true, 1_900_000_000_000],
      );
      assert.deepEqual(branch.createdBy, { user: 'bob', app: 'x' });
      assert.deepEqual(await store.branchById(branch.id), branch);
      const head = await store.head(branch.id);
      assert.equal(head.lsn, one!.lsn);
      assert.ok(head.timestamp >= one!.timestamp);

      const [two] = await push(store, branch.id, commitOf(insertion({ _id: 2 })));
      assert.equal(two!.after, one!.lsn);
      assert.ok(two!.lsn > branch.id, 'its commits have LSNs after its own birth');
      assert.equal((await store.head(main.id)).lsn, one!.lsn, 'the parent does not move');
      assert.equal((await store.branchById(branch.id))!.baseLsn, one!.lsn);
    });

    onStore(subject, 'bad names and taken names are refused, and take no LSN', async (store) => {
      const { main } = await newProject(store);
      const last = await store.lastLsn();
      for (const name of ['', '..', 'a.b', 'a$b', 'a\0b', 'a b', 'local', 'x'.repeat(64)]) {
        await rejectsWith(newProject(store, name), 'ARGON_WAL_INVALID_NAME');
      }
      for (const name of ['', '..', 'a.b', 'a$b', 'a\0b', 'a/b', '-a', 'x'.repeat(101)]) {
        await rejectsWith(fork(store, main, name), 'ARGON_WAL_INVALID_NAME');
      }
      await rejectsWith(newProject(store, 'shop'), 'ARGON_WAL_PROJECT_EXISTS');
      await rejectsWith(fork(store, main, 'main'), 'ARGON_WAL_BRANCH_EXISTS');
      assert.equal(await store.lastLsn(), last);
      assert.equal((await store.projects()).length, 1);
      assert.equal((await store.branches(main.projectId)).length, 1);
    });

    onStore(subject, 'the same name asked for twice at once is given once', async (store) => {
      const { main } = await newProject(store);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => fork(store, main, 'feature')),
      );
      assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'ARGON_WAL_BRANCH_EXISTS');
      }
      const projects = await Promise.allSettled(Array.from({ length: 8 }, () => newProject(store, 'other')));
      assert.equal(projects.filter((outcome) => outcome.status === 'fulfilled').length, 1);
      assert.equal((await store.branches(main.projectId)).length, 2);
      assert.equal((await store.projects()).length, 2);
    });
  });
}
