import assert from 'node:assert/strict';
import { DEFAULT_BRANCH } from '@argon/engine';
import {
  BranchNotFoundError,
  InvalidNameError,
  NOBODY,
  ProjectExistsError,
  ProjectNotFoundError,
} from '@argon/wal';
import { LegacyProjectError } from '../../dual/errors';
import { refused } from './branch-user';
import type { BranchTests } from './tests';

/** Projects as a whole; for services that have them. */
export const PROJECTS: BranchTests = {
  'a project is made with its first branch, and its name is taken once': async (user) => {
    const { service } = user;
    const name = `${user.stage.project}-2`;
    const { branch } = await service.createProject!(name, NOBODY);
    assert.equal(branch.name, DEFAULT_BRANCH);
    assert.equal(branch.parent, null);
    assert.equal(branch.project, name);
    await refused(service.createProject!(name, NOBODY), ProjectExistsError);
    await refused(service.createProject!(user.stage.project, NOBODY), ProjectExistsError);
    for (const bad of ['', 'a b', 'a~b', 'admin']) {
      await refused(service.createProject!(bad, NOBODY), InvalidNameError);
    }
    assert.deepEqual(
      (await user.stage.another.list(name)).map((each) => each.name),
      [DEFAULT_BRANCH],
    );
    await service.create(name, 'feature', {}, NOBODY);
    assert.deepEqual(await user.names(), [DEFAULT_BRANCH]);
    await service.deleteProject!(name, NOBODY);
    await refused(service.list(name), ProjectNotFoundError);
    await refused(service.get(name, 'feature'), ProjectNotFoundError);
    await refused(service.deleteProject!(name, NOBODY), ProjectNotFoundError);
    assert.deepEqual(await user.names(), [DEFAULT_BRANCH]);
  },

  'a project goes with its branches, unless some are prefixed collections': async (user) => {
    const { service } = user;
    const { project, another } = user.stage;
    await user.insert(DEFAULT_BRANCH, { _id: 1 });
    await user.create('feature', { protected: true });
    const deleting = service.deleteProject!(project, NOBODY);
    if (user.subject.projects === 'kept') {
      await refused(deleting, LegacyProjectError);
      assert.deepEqual(await user.names(another), ['feature', DEFAULT_BRANCH]);
      assert.deepEqual(await user.ids('feature'), [1]);
      return;
    }
    await deleting;
    if (user.subject.projects === 'empty') {
      assert.deepEqual(await user.names(), []);
      await refused(another.get(project, 'feature'), BranchNotFoundError);
    } else {
      await refused(service.list(project), ProjectNotFoundError);
      await refused(another.get(project, 'feature'), ProjectNotFoundError);
    }
    // What comes under its name again shows nothing of before.
    await another.createProject!(project, NOBODY);
    assert.deepEqual(await user.names(), [DEFAULT_BRANCH]);
    assert.deepEqual(await user.ids(), []);
  },
};
