import assert from 'node:assert/strict';
import { DEFAULT_BRANCH } from '@argon/engine';
import { BranchNotFoundError, NOBODY } from '@argon/wal';
import { WalOnlyError } from '../../prefix/errors';
import { BranchProtectedError, LastBranchError } from '../../service/errors';
import { refused, type BranchUser } from './branch-user';
import type { BranchTests } from './tests';

const DAY = 86_400_000;

/** What becomes of a branch from its making to its end. */
export const LIFECYCLE: BranchTests = {
  'a new branch is what was asked for, and everybody finds it': async (user) => {
    const { project, another } = user.stage;
    const before = Date.now();
    const made = await user.create('feature');
    assert.equal(made.type, user.subject.type);
    assert.deepEqual(told(made), { name: 'feature', project, parent: DEFAULT_BRANCH, ...ORDINARY });
    // The server's clock may be another's.
    assert.ok(Math.abs(made.createdAt! - before) < 60_000);
    const expiresAt = before + DAY;
    const kept = await user.create('kept', { from: 'feature', protected: true, expiresAt });
    assert.deepEqual(told(kept), { name: 'kept', project, parent: 'feature', protected: true, expiresAt });
    for (const service of [user.service, another]) {
      assert.deepEqual(told(await user.get('feature', service)), told(made));
      assert.deepEqual(told(await user.get('kept', service)), told(kept));
      assert.equal((await user.get('kept', service)).id, kept.id);
      const listed = await service.list(project);
      const [first] = listed.filter(({ name }) => name === DEFAULT_BRANCH);
      assert.deepEqual(told(first!), { name: DEFAULT_BRANCH, project, parent: null, ...ORDINARY });
      const others = listed.filter(({ name }) => name !== DEFAULT_BRANCH);
      assert.deepEqual(others.map(told), [told(made), told(kept)]);
    }
  },

  'a protected branch is not deleted, nor swept, and can be again when it is not': async (user) => {
    await user.create('feature', { expiresAt: 5 });
    assert.equal((await user.protect('feature', true)).protected, true);
    assert.equal((await user.get('feature', user.stage.another)).protected, true);
    await refused(user.delete('feature'), BranchProtectedError);
    await refused(user.delete('feature', user.stage.another), BranchProtectedError);
    assert.deepEqual(await user.service.sweep(user.stage.project, NOBODY), []);
    await user.insert('feature', { _id: 1 });
    assert.equal((await user.protect('feature', true)).protected, true);
    assert.equal((await user.protect('feature', false)).protected, false);
    await user.delete('feature');
    assert.deepEqual(await user.names(), [DEFAULT_BRANCH]);
  },

  'branches whose time has come are swept, and no others': async (user) => {
    const { service } = user;
    const { project } = user.stage;
    for (const name of ['due', 'kept', 'later', 'never', 'old']) await user.create(name);
    const now = Date.now();
    assert.equal((await user.expire('due', now)).expiresAt, now);
    await user.expire('old', 5);
    await user.expire('later', now + DAY);
    await user.expire('never', 5);
    assert.equal((await user.expire('never', null)).expiresAt, null);
    await user.expire('kept', 5);
    await user.protect('kept', true);
    await user.expire(DEFAULT_BRANCH, 5);
    assert.deepEqual([...(await service.sweep(project, NOBODY, now))].sort(), ['due', 'old']);
    assert.deepEqual(await service.sweep(project, NOBODY, now), []);
    assert.deepEqual(await user.names(), ['kept', 'later', DEFAULT_BRANCH, 'never']);
    assert.deepEqual(await service.sweep(project, NOBODY, now + 2 * DAY), ['later']);
  },

  'a deleted branch is gone for everybody, and its name shows nothing of before': async (user) => {
    await user.insert(DEFAULT_BRANCH, { _id: 1 });
    await user.create('feature');
    await user.insert('feature', { _id: 2 });
    await user.delete('feature');
    for (const service of [user.service, user.stage.another]) {
      await refused(user.get('feature', service), BranchNotFoundError);
      await refused(user.delete('feature', service), BranchNotFoundError);
      assert.deepEqual(await user.names(service), [DEFAULT_BRANCH]);
    }
    assert.equal(await user.failure('feature', { find: 'items' }), 26);
    assert.equal(await user.failure('feature', { insert: 'items', documents: [{ _id: 3 }] }), 26);
    assert.deepEqual(await user.ids(), [1]);
    await user.create('feature');
    assert.deepEqual(await user.ids('feature'), [1]);
  },

  'children of a deleted branch go on': async (user) => {
    await user.insert(DEFAULT_BRANCH, { _id: 1 });
    await user.create('parent');
    await user.insert('parent', { _id: 2 });
    await user.create('child', { from: 'parent' });
    await user.delete('parent');
    await user.insert('child', { _id: 3 });
    assert.deepEqual(await user.ids('child'), [1, 2, 3]);
    assert.equal((await user.get('child')).parent, 'parent');
    assert.deepEqual(await user.names(), ['child', DEFAULT_BRANCH]);
  },

  'the first branch stays': async (user) => {
    await user.insert(DEFAULT_BRANCH, { _id: 1 });
    await refused(user.delete(DEFAULT_BRANCH), LastBranchError);
    await user.create('feature');
    await refused(user.delete(DEFAULT_BRANCH), LastBranchError);
    assert.deepEqual(await user.ids(), [1]);
  },

  'a branch in the log is renamed, with all that it has; a traditional one says that it cannot be': async (
    user,
  ) => {
    const { service } = user;
    const { project, another } = user.stage;
    const made = await user.create('feature', { protected: true });
    await user.insert('feature', { _id: 1 });
    const renaming = service.rename(project, 'feature', 'better', NOBODY);
    if (user.subject.type === 'traditional') {
      await refused(renaming, WalOnlyError);
      assert.deepEqual(await user.names(), ['feature', DEFAULT_BRANCH]);
      return;
    }
    const renamed = await renaming;
    assert.deepEqual(told(renamed), { ...told(made), name: 'better' });
    assert.equal(renamed.id, made.id);
    assert.deepEqual(await user.names(another), ['better', DEFAULT_BRANCH]);
    await refused(user.get('feature', another), BranchNotFoundError);
    assert.deepEqual(await user.ids('better'), [1]);
    assert.equal(await user.failure('feature', { find: 'items' }), 26);
    await user.insert('better', { _id: 2 });
    await user.create('feature');
    await user.create('child', { from: 'better' });
    assert.deepEqual(await user.ids('feature'), []);
    assert.deepEqual(await user.ids('child'), [1, 2]);
    assert.equal((await user.get('child')).parent, 'better');
  },
};

const ORDINARY = { protected: false, expiresAt: null };

/** What both types tell of a branch, but for its id and times. */
function told({ name, project, parent, protected: kept, expiresAt }: Awaited<ReturnType<BranchUser['get']>>) {
  return { name, project, parent, protected: kept, expiresAt };
}
