import assert from 'node:assert/strict';
import { DEFAULT_BRANCH } from '@argon/engine';
import {
  BranchExistsError,
  BranchNotFoundError,
  InvalidNameError,
  NOBODY,
  ProjectNotFoundError,
} from '@argon/wal';
import { WalOnlyError } from '../../prefix/errors';
import { refused, type BranchUser } from './branch-user';
import type { BranchesUnderTest } from './subject';
import type { BranchTests } from './tests';

const NO_NAMES = ['..', 'a$b', 'a\0b', '', 'a b', 'a/b', '-x', 'a~b', 'a@b', 'x'.repeat(101)];
const NAMES = ['x'.repeat(100), 'Zweig-ähnlich_2', 'feature_x', 'feature', '7'];

/** What is asked of a branch that there is. */
const ASKED: Readonly<
  Record<string, (service: BranchesUnderTest, project: string, branch: string) => Promise<unknown>>
> = {
  get: (service, project, branch) => service.get(project, branch),
  rename: (service, project, branch) => service.rename(project, branch, 'other', NOBODY),
  protect: (service, project, branch) => service.protect(project, branch, true, NOBODY),
  expire: (service, project, branch) => service.expire(project, branch, 5, NOBODY),
  delete: (service, project, branch) => service.delete(project, branch, NOBODY),
  'create from': (service, project, from) => service.create(project, 'child', { from }, NOBODY),
};

/** What is not done, and the errors that say why. */
export const REFUSALS: BranchTests = {
  'a name is taken once': async (user) => {
    await user.create('feature');
    for (const service of [user.service, user.stage.another]) {
      await refused(user.create('feature', {}, service), BranchExistsError);
      await refused(user.create(DEFAULT_BRANCH, {}, service), BranchExistsError);
      await refused(user.create('feature', { from: 'feature' }, service), BranchExistsError);
    }
    await user.create('other');
    const renaming = user.service.rename(user.stage.project, 'other', 'feature', NOBODY);
    // A traditional branch keeps its name, whatever it is to be.
    await refused(renaming, user.subject.type === 'wal' ? BranchExistsError : WalOnlyError);
    assert.deepEqual(await user.names(), ['feature', DEFAULT_BRANCH, 'other']);
  },

  'names of any script are names': async (user) => {
    for (const name of NAMES) {
      assert.equal((await user.create(name)).name, name);
      await user.insert(name, { _id: name });
    }
    for (const name of NAMES) assert.deepEqual(await user.ids(name), [name]);
    assert.deepEqual(await user.names(), [...NAMES, DEFAULT_BRANCH].sort());
  },

  'what is no name is refused, and nothing is made': async (user) => {
    const { project } = user.stage;
    for (const name of NO_NAMES) {
      await refused(user.create(name), InvalidNameError);
      for (const ask of Object.values(ASKED))
        await refused(ask(user.service, project, name), InvalidNameError);
      await refused(user.service.list(name === '' || name === '..' ? name : `a.${name}`), InvalidNameError);
    }
    assert.deepEqual(await user.names(), [DEFAULT_BRANCH]);
  },

  'a branch that there is not is told of by name': async (user) => {
    const { project, another } = user.stage;
    for (const service of [user.service, another]) {
      for (const ask of Object.values(ASKED)) {
        await refused(ask(service, project, 'nowhere'), BranchNotFoundError);
      }
    }
    assert.deepEqual(await commandFailures(user), [26, 26, 26]);
    assert.deepEqual(await user.names(), [DEFAULT_BRANCH]);
  },

  'a project that there is not is told of by name': async (user) => {
    const { service } = user;
    for (const ask of Object.values(ASKED)) {
      await refused(ask(service, 'no-such-project', DEFAULT_BRANCH), ProjectNotFoundError);
    }
    await refused(service.create('no-such-project', 'feature', {}, NOBODY), ProjectNotFoundError);
    await refused(service.list('no-such-project'), ProjectNotFoundError);
    await refused(service.sweep('no-such-project', NOBODY), ProjectNotFoundError);
    const { deleteProject } = service;
    if (deleteProject !== undefined) {
      await refused(deleteProject.call(service, 'no-such-project', NOBODY), ProjectNotFoundError);
    }
  },
};

function commandFailures(user: BranchUser): Promise<unknown[]> {
  return Promise.all([
    user.failure('nowhere', { find: 'items' }),
    user.failure('nowhere', { insert: 'items', documents: [{ _id: 1 }] }),
    user.failure('nowhere', { listCollections: 1 }),
  ]);
}
