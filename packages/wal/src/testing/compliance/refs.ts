import assert from 'node:assert/strict';
import { type Lsn, NOBODY } from '../../entry/entry';
import { branchDeletion, branchMerge, branchReset } from '../../refs/control-entries';
import { retentionOf } from '../../refs/retention';
import { commitOf, control, insertion } from '../drafts';
import { fork, newProject, onStore, push, read, rejectsWith } from '../fixture';
import type { StoreSubject } from '../subject';

/** Changes of projects and branches: records, names, and the commits that carry them. */
export function refTests(subject: StoreSubject): void {
  subject.test.describe('refs', () => {
    onStore(subject, 'lists live projects by name and live branches by age', async (store) => {
      const names = ['pear', 'apple', 'Fig'];
      for (const name of names) await newProject(store, name);
      assert.deepEqual(
        (await store.projects()).map((project) => project.name),
        ['Fig', 'apple', 'pear'],
      );
      const apple = (await store.project('apple'))!;
      const main = (await store.branch(apple.id, 'main'))!;
      for (const name of ['zeta', 'alpha', 'überarbeitung', '分支']) await fork(store, main, name);
      const branches = await store.branches(apple.id);
      assert.deepEqual(
        branches.map((branch) => branch.name),
        ['main', 'zeta', 'alpha', 'überarbeitung', '分支'],
      );
      assert.deepEqual(await store.branch(apple.id, '分支'), branches[4]);
      assert.equal(await store.branch(apple.id, 'nope'), undefined);
      assert.equal(await store.branch(999, 'main'), undefined);
      assert.deepEqual(await store.branches(999), []);
    });

    onStore(subject, 'a change of the record comes with its commit', async (store) => {
      const { main } = await newProject(store);
      const commits = await push(store, main.id, control('modify_branch', { protected: true }), {
        protected: true,
      });
      const record = (await store.branchById(main.id))!;
      assert.equal(record.protected, true);
      assert.equal(commits[0]!.entries[0]!.operation, 'modify_branch');
      await push(store, main.id, control('modify_branch', { expiresAt: 5 }), {
        expiresAt: 1_900_000_000_000,
      });
      assert.equal((await store.branchById(main.id))!.expiresAt, 1_900_000_000_000);
      await push(store, main.id, control('modify_branch', { expiresAt: null }), {
        expiresAt: null,
        protected: false,
      });
      const last = (await store.branchById(main.id))!;
      assert.deepEqual([last.expiresAt, last.protected], [null, false]);
      assert.equal((await read(store, main.id)).length, 3);
    });

    onStore(subject, 'a renamed branch leaves its old name free', async (store) => {
      const { project, main } = await newProject(store);
      const feature = await fork(store, main, 'feature');
      await push(store, feature.id, control('rename_branch', { to: 'better' }), { name: 'better' });
      assert.equal(await store.branch(project.id, 'feature'), undefined);
      assert.equal((await store.branch(project.id, 'better'))!.id, feature.id);
      const another = await fork(store, main, 'feature');
      assert.notEqual(another.id, feature.id);
      await push(store, feature.id, control('rename_branch', { to: 'better' }), { name: 'better' });
      assert.equal((await store.branch(project.id, 'better'))!.id, feature.id, 'its own name is not taken');
    });

    onStore(subject, 'a rename to a taken or bad name changes nothing', async (store) => {
      const { project, main } = await newProject(store);
      const feature = await fork(store, main, 'feature');
      const last = await store.lastLsn();
      const rename = (name: string) =>
        push(store, feature.id, control('rename_branch', { to: name }), { name });
      await rejectsWith(rename('main'), 'ARGON_WAL_BRANCH_EXISTS');
      await rejectsWith(rename('a..b'), 'ARGON_WAL_INVALID_NAME');
      assert.equal(await store.lastLsn(), last);
      assert.equal((await store.branch(project.id, 'main'))!.id, main.id);
      assert.deepEqual(await read(store, feature.id), []);
    });

    onStore(
      subject,
      'a deleted branch is out of sight, its entries stay, its name is free',
      async (store) => {
        const { project, main } = await newProject(store);
        const feature = await fork(store, main, 'feature');
        const [one] = await push(store, feature.id, commitOf(insertion({ _id: 1 })));
        const child = await fork(store, feature, 'child');
        await push(store, feature.id, branchDeletion('feature', NOBODY), { status: 'deleted' });

        assert.equal(await store.branch(project.id, 'feature'), undefined);
        assert.deepEqual(
          (await store.branches(project.id)).map((branch) => branch.name),
          ['main', 'child'],
        );
        assert.equal((await store.branchById(feature.id))!.status, 'deleted');
        assert.deepEqual(
          await store.append({
            branchId: feature.id,
            after: (await store.head(feature.id)).lsn,
            commits: [commitOf(insertion({ _id: 2 }))],
          }),
          { appended: false, reason: 'branch-deleted' },
        );
        const chain = await read(store, feature.id);
        assert.deepEqual(
          chain.map((commit) => commit.entries[0]!.operation),
          ['insert', 'delete_branch'],
        );
        assert.ok(
          (await store.documents(feature.id, [one!.lsn]))[0],
          'children can still read what they stand on',
        );
        assert.equal(child.baseLsn, one!.lsn);
        await push(store, child.id, commitOf(insertion({ _id: 3 })));

        const again = await fork(store, main, 'feature');
        assert.notEqual(again.id, feature.id);
        assert.equal((await store.branch(project.id, 'feature'))!.id, again.id);
        assert.deepEqual(await read(store, again.id), []);
      },
    );

    onStore(subject, 'a deleted project takes its branches along, one commit each', async (store) => {
      const { project, main } = await newProject(store);
      const feature = await fork(store, main, 'feature');
      const gone = await fork(store, main, 'gone');
      await push(store, gone.id, branchDeletion('gone', NOBODY), { status: 'deleted' });
      const other = await newProject(store, 'other');
      const before = await store.lastLsn();

      await store.deleteProject(project.id, { user: 'ada', app: '' });
      assert.equal(await store.lastLsn(), before + 3, 'two live branches and the project');
      assert.equal(await store.project('shop'), undefined);
      assert.deepEqual(
        (await store.projects()).map((left) => left.name),
        ['other'],
      );
      assert.deepEqual(await store.branches(project.id), []);
      assert.equal(await store.branch(project.id, 'main'), undefined);
      assert.equal((await store.branchById(feature.id))!.status, 'deleted');
      const chain = await read(store, main.id);
      assert.deepEqual(
        chain.map((commit) => commit.entries[0]!.operation),
        ['delete_branch', 'delete_project'],
      );
      assert.equal(chain[0]!.entries[0]!.actor.user, 'ada');
      assert.equal((await read(store, feature.id)).length, 1);
      assert.equal((await read(store, other.main.id)).length, 0);
      await rejectsWith(store.deleteProject(project.id, NOBODY), 'ARGON_WAL_PROJECT_NOT_FOUND');
      await rejectsWith(store.deleteProject(999, NOBODY), 'ARGON_WAL_PROJECT_NOT_FOUND');
      await rejectsWith(fork(store, main, 'x', main.startLsn), 'ARGON_WAL_PROJECT_NOT_FOUND');

      const again = await newProject(store);
      assert.notEqual(again.project.id, project.id);
      assert.deepEqual(await read(store, again.main.id), []);
    });

    onStore(subject, 'a reset is a commit of the chain and stays on record', async (store) => {
      const { main } = await newProject(store);
      const commits = await push(
        store,
        main.id,
        [1, 2, 3].map((_id) => commitOf(insertion({ _id }))),
      );
      const target = commits[0]!.lsn;
      const [reset] = await push(store, main.id, branchReset(target, NOBODY), { resetTo: target });
      assert.equal(reset!.after, commits[2]!.lsn);
      const record = (await store.branchById(main.id))!;
      assert.deepEqual(record.resets, [{ lsn: reset!.lsn, to: target }]);
      assert.equal((await store.head(main.id)).lsn, reset!.lsn, 'the head moves up');
      assert.equal((await read(store, main.id)).length, 4, 'what was cut off stays');

      const [next] = await push(store, main.id, commitOf(insertion({ _id: 4 })));
      const hidden = commits[2]!.lsn;
      const [undo] = await push(store, main.id, branchReset(hidden, NOBODY), { resetTo: hidden });
      assert.deepEqual((await store.branchById(main.id))!.resets, [
        { lsn: reset!.lsn, to: target },
        { lsn: undo!.lsn, to: hidden },
      ]);
      assert.equal(undo!.after, next!.lsn);
      const past = await fork(store, main, 'past', hidden);
      assert.equal(past.baseLsn, hidden, 'what a reset hid can be forked');
    });

    onStore(subject, 'a reset may come with a pin, or take one away, in the same step', async (store) => {
      const { main } = await newProject(store);
      const [one, two] = await push(
        store,
        main.id,
        [1, 2].map((_id) => commitOf(insertion({ _id }))),
      );
      const note = control('modify_branch', {});
      const reset = (to: Lsn) => ({
        ...note,
        entries: [...note.entries, ...branchReset(to, NOBODY).entries],
      });
      const pin = { name: 'restore', lsn: two!.lsn };
      const [back] = await push(store, main.id, reset(one!.lsn), { resetTo: one!.lsn, pin });
      const pinned = (await store.branchById(main.id))!;
      assert.deepEqual(pinned.resets, [{ lsn: back!.lsn, to: one!.lsn }]);
      assert.deepEqual(retentionOf(pinned).pins, [pin]);
      const before = await store.lastLsn();
      await rejectsWith(
        push(store, main.id, reset(one!.lsn), { resetTo: one!.lsn, pin }),
        'ARGON_WAL_PIN_EXISTS',
      );
      assert.equal(await store.lastLsn(), before, 'neither is done');
      const [again] = await push(store, main.id, reset(two!.lsn), { resetTo: two!.lsn, unpin: pin.name });
      const unpinned = (await store.branch(main.projectId, 'main'))!;
      assert.deepEqual(unpinned.resets, [
        { lsn: back!.lsn, to: one!.lsn },
        { lsn: again!.lsn, to: two!.lsn },
      ]);
      assert.deepEqual(retentionOf(unpinned).pins, []);
    });

    onStore(subject, 'a reset may adopt what another branch shows', async (store) => {
      const { main } = await newProject(store);
      const [one] = await push(store, main.id, commitOf(insertion({ _id: 1 })));
      const staging = await fork(store, main, 'staging');
      const [two] = await push(store, staging.id, commitOf(insertion({ _id: 2 })));
      const change = { resetTo: two!.lsn, resetBranch: staging.id };
      const [adoption] = await push(store, main.id, branchReset(two!.lsn, NOBODY, staging.id), change);
      const [back] = await push(store, main.id, branchReset(one!.lsn, NOBODY), { resetTo: one!.lsn });
      const resets = [
        { lsn: adoption!.lsn, to: two!.lsn, branchId: staging.id },
        { lsn: back!.lsn, to: one!.lsn },
      ];
      assert.deepEqual((await store.branchById(main.id))!.resets, resets);
      assert.deepEqual((await store.branch(main.projectId, 'main'))!.resets, resets);
    });

    onStore(subject, 'a merge is the end of a commit and stays on record', async (store) => {
      const { main } = await newProject(store);
      const [one] = await push(store, main.id, commitOf(insertion({ _id: 1 })));
      const feature = await fork(store, main, 'feature');
      const [two] = await push(store, feature.id, commitOf(insertion({ _id: 2 })));
      assert.equal((await store.branchById(main.id))!.merges, undefined);
      const merges = [];
      for (const _id of [2, 3]) {
        const commit = commitOf(
          insertion({ _id }),
          branchMerge(feature.id, two!.lsn, { branchId: main.id, lsn: one!.lsn }),
        );
        const merged = { from: feature.id, at: two!.lsn };
        const [merge] = await push(store, main.id, commit, { merged });
        assert.equal(merge!.lsn, merge!.entries[1]!.lsn);
        assert.equal(merge!.entries[1]!.operation, 'merge_branch');
        merges.push({ lsn: merge!.lsn, ...merged });
      }
      await push(store, main.id, control('modify_branch', { protected: true }), { protected: true });
      assert.deepEqual((await store.branchById(main.id))!.merges, merges);
      assert.equal((await store.branchById(feature.id))!.merges, undefined);
    });

    onStore(subject, 'a reset below the base or beyond the head changes nothing', async (store) => {
      const { main } = await newProject(store);
      const [one] = await push(store, main.id, commitOf(insertion({ _id: 1 })));
      const feature = await fork(store, main, 'feature');
      const last = await store.lastLsn();
      for (const to of [one!.lsn - 1, 0, last + 1]) {
        await rejectsWith(
          push(store, feature.id, branchReset(to, NOBODY), { resetTo: to }),
          'ARGON_WAL_INVALID_RESET',
        );
      }
      assert.equal(await store.lastLsn(), last);
      assert.deepEqual((await store.branchById(feature.id))!.resets, []);
    });
  });
}
