import assert from 'node:assert/strict';
import { DEFAULT_BRANCH } from '@argon/engine';
import { BranchExistsError, BranchNotFoundError } from '@argon/wal';
import { BranchBusyError } from '../../prefix/errors';
import type { BranchTests } from './tests';

/** Two who want the same at once, in processes of their own. */
export const RACES: BranchTests = {
  'of several who make a branch of one name, exactly one does': async (user) => {
    const { another } = user.stage;
    await user.insert(DEFAULT_BRANCH, { _id: 1 });
    const services = [user.service, another, user.service, another];
    const results = await Promise.allSettled(services.map((service) => user.create('feature', {}, service)));
    const made = results.filter(({ status }) => status === 'fulfilled');
    assert.equal(made.length, 1);
    const losing = user.subject.copies ? [BranchExistsError, BranchBusyError] : [BranchExistsError];
    for (const result of results) if (result.status === 'rejected') assertOneOf(result.reason, losing);
    assert.deepEqual(await user.names(), ['feature', DEFAULT_BRANCH]);
    assert.deepEqual(await user.names(another), ['feature', DEFAULT_BRANCH]);
    assert.deepEqual(await user.ids('feature'), [1]);
  },

  'of several who delete a branch, it is gone for all': async (user) => {
    const { another } = user.stage;
    await user.create('feature');
    const services = [user.service, another];
    const results = await Promise.allSettled(services.map((service) => user.delete('feature', service)));
    assert.ok(results.some(({ status }) => status === 'fulfilled'));
    const late = [BranchNotFoundError, BranchBusyError];
    for (const result of results) if (result.status === 'rejected') assertOneOf(result.reason, late);
    assert.deepEqual(await user.names(), [DEFAULT_BRANCH]);
    await user.create('feature');
    assert.deepEqual(await user.names(another), ['feature', DEFAULT_BRANCH]);
  },

  'branches of different names are made side by side': async (user) => {
    await user.insert(DEFAULT_BRANCH, { _id: 1 });
    const names = ['a', 'b', 'c', 'd'];
    const { another } = user.stage;
    await Promise.all(names.map((name, i) => user.create(name, {}, i % 2 === 0 ? user.service : another)));
    assert.deepEqual(await user.names(), [...names, DEFAULT_BRANCH]);
    for (const name of names) assert.deepEqual(await user.ids(name), [1]);
  },

  'writes go on while branches are made and deleted': async (user) => {
    let isDone = false;
    let written = 0;
    const writing = (async () => {
      while (!isDone) {
        await user.insert(DEFAULT_BRANCH, { _id: written });
        written += 1;
        // A log in memory would leave no time for the legacy database's answers.
        await new Promise(setImmediate);
      }
    })();
    // Whoever fails first tells of it.
    writing.catch(() => undefined);
    try {
      for (const name of ['a', 'b', 'c']) {
        const acknowledged = written;
        await user.create(name);
        const held = await user.ids(name);
        // All that was acknowledged before; of what came meanwhile, nothing without what came before it.
        assert.ok(held.length >= acknowledged, `${held.length} of ${acknowledged}`);
        assert.deepEqual(held, [...held.keys()]);
        await user.delete(name);
      }
    } finally {
      isDone = true;
      await writing;
    }
    assert.equal((await user.run(DEFAULT_BRANCH, { count: 'items' }))['n'], written);
  },
};

function assertOneOf(error: unknown, kinds: readonly (abstract new (...parts: never[]) => Error)[]): void {
  assert.ok(
    kinds.some((kind) => error instanceof kind),
    `one of ${kinds.map(({ name }) => name).join(', ')} was expected, and this came: ${String(error)}`,
  );
}
