import assert from 'node:assert/strict';
import { DEFAULT_BRANCH } from '@argon/engine';
import type { BranchUser } from './branch-user';
import type { BranchTests } from './tests';

const DUPLICATE_KEY = 11000;
const VALIDATION_FAILED = 121;

/** What a branch holds: what its parent held when it was made, and then its own. */
export const CONTENTS: BranchTests = {
  'writes to parent, child and grandchild are seen by nobody else': async (user) => {
    await user.insert(DEFAULT_BRANCH, { _id: 1, n: 0 }, { _id: 2, n: 0 });
    await user.create('child');
    await user.insert('child', { _id: 3 });
    await user.create('grandchild', { from: 'child' });
    await user.create('sibling');
    await user.insert(DEFAULT_BRANCH, { _id: 10 });
    await user.insert('child', { _id: 11 });
    await user.insert('grandchild', { _id: 12 });
    await user.run('child', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 1 } } }] });
    await user.run('grandchild', { delete: 'items', deletes: [{ q: { _id: 2 }, limit: 1 }] });
    await user.run('sibling', { delete: 'items', deletes: [{ q: {}, limit: 0 }] });
    assert.deepEqual(await user.ids(), [1, 2, 10]);
    assert.deepEqual(await user.ids('child'), [1, 2, 3, 11]);
    assert.deepEqual(await user.ids('grandchild'), [1, 3, 12]);
    assert.deepEqual(await user.ids('sibling'), []);
    const first = async (branch: string) =>
      (await user.batch(branch, { find: 'items', filter: { _id: 1 } }))[0];
    assert.deepEqual(await first(DEFAULT_BRANCH), { _id: 1, n: 0 });
    assert.deepEqual(await first('child'), { _id: 1, n: 1 });
    assert.deepEqual(await first('grandchild'), { _id: 1, n: 0 });
  },

  'collections are made, renamed and dropped on each by itself': async (user) => {
    await user.insert(DEFAULT_BRANCH, { _id: 1 });
    await user.create('child');
    await user.run('child', { drop: 'items' });
    await user.run(DEFAULT_BRANCH, { insert: 'late', documents: [{ _id: 1 }] });
    await user.run('child', { insert: 'own', documents: [{ _id: 1 }] });
    assert.deepEqual(await collections(user, DEFAULT_BRANCH), ['items', 'late']);
    assert.deepEqual(await collections(user, 'child'), ['own']);
    await user.run('child', { dropDatabase: 1 });
    assert.deepEqual(await collections(user, 'child'), []);
    assert.deepEqual(await collections(user, DEFAULT_BRANCH), ['items', 'late']);
    assert.deepEqual(await user.ids(), [1]);
  },

  // Views are not in it, for the log has none yet; that traditional branches are copied with them is a test of theirs.
  'indexes, validators and options come along, and are then its own': async (user) => {
    const validator = { age: { $gte: 0 } };
    await user.run(DEFAULT_BRANCH, { create: 'people', validator, validationLevel: 'moderate' });
    const index = { key: { email: 1 }, name: 'email_1', unique: true };
    await user.run(DEFAULT_BRANCH, { createIndexes: 'people', indexes: [index] });
    const person = (email: string, age: number) => ({ insert: 'people', documents: [{ email, age }] });
    await user.run(DEFAULT_BRANCH, person('a', 20));
    await user.create('child');
    assert.deepEqual(await definitions(user, 'child'), await definitions(user, DEFAULT_BRANCH));
    assert.equal(await user.failure('child', person('a', 1)), DUPLICATE_KEY);
    assert.equal(await user.failure('child', person('b', -1)), VALIDATION_FAILED);
    await user.run('child', person('b', 30));

    const before = await definitions(user, DEFAULT_BRANCH);
    await user.run('child', { dropIndexes: 'people', index: 'email_1' });
    await user.run('child', { collMod: 'people', validator: {} });
    await user.run('child', person('a', -1));
    assert.deepEqual(await definitions(user, DEFAULT_BRANCH), before);
    assert.equal(await user.failure(DEFAULT_BRANCH, person('a', 1)), DUPLICATE_KEY);
    assert.equal(await user.failure(DEFAULT_BRANCH, person('c', -1)), VALIDATION_FAILED);
  },

  'a branch made right after acknowledged writes holds all of them': async (user) => {
    await Promise.all(Array.from({ length: 100 }, (_, _id) => user.insert(DEFAULT_BRANCH, { _id })));
    await user.create('feature', {}, user.stage.another);
    assert.equal((await user.run('feature', { count: 'items' }))['n'], 100);
  },
};

async function collections(user: BranchUser, branch: string): Promise<readonly unknown[]> {
  const listed = await user.batch(branch, { listCollections: 1, nameOnly: true });
  return listed
    .map(({ name }) => name as string)
    .filter((name) => !name.startsWith('system.'))
    .sort();
}

/** Options and indexes of all collections, but for what is each one's own. */
async function definitions(user: BranchUser, branch: string): Promise<readonly unknown[]> {
  const listed = await user.batch(branch, { listCollections: 1 });
  const own = listed.filter(({ name }) => !(name as string).startsWith('system.'));
  return Promise.all(
    own
      .sort((a, b) => (a['name'] < b['name'] ? -1 : 1))
      .map(async ({ name, type, options }) => ({
        ...{ name, type, options },
        indexes: await user.batch(branch, { listIndexes: name }),
      })),
  );
}
