import { ArgonClient } from '../client/argon-client';
import { storeKinds, type StoreFixture } from './index';
import { WalEngine, partialMatcher } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY, openStore } from '@argon/wal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WalBranchService } from '@argon/branch';

/** One process's view of a store. */
async function openProcess(address: string) {
  const store = await openStore(address);
  const materializer = new Materializer(store, { partialMatcher });
  const client = await new ArgonClient(new WalEngine(store, materializer)).connect();
  return {
    service: new WalBranchService(store, materializer),
    items: (project: string, branch: string) =>
      client.branch(project, branch).collection<{ _id: number; n?: number }>('items'),
    database: (name: string) => client.db(name),
    close: async () => {
      await client.close();
      await materializer.close();
      await store.close();
    },
  };
}

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

/** What one process does to names, the next command of another must see, whatever that one remembers. */
describe.each(kinds)('names on the $name store', (kind) => {
  let fixture: StoreFixture;
  let here: Awaited<ReturnType<typeof openProcess>>;
  let there: Awaited<ReturnType<typeof openProcess>>;
  let project: string;
  let serial = 0;

  beforeAll(async () => {
    fixture = await kind.make();
    here = await openProcess(fixture.address);
    there = await openProcess(fixture.address);
  });
  afterAll(async () => {
    await here?.close();
    await there?.close();
    await fixture?.remove();
  });
  beforeEach(async () => {
    project = `shop${++serial}`;
    await here.items(project, 'main').insertOne({ _id: 1 });
    await here.service.create(project, 'feature', {}, NOBODY);
    await here.items(project, 'feature').insertOne({ _id: 2 });
    expect(await ids('feature')).toEqual([1, 2]);
  });

  const ids = async (branch: string) =>
    (await here.items(project, branch).find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
  const absent = { codeName: 'NamespaceNotFound' };

  it('a branch that another process renamed is found by its new name only', async () => {
    await there.service.rename(project, 'feature', 'done', NOBODY);
    await expect(ids('feature')).rejects.toMatchObject(absent);
    await expect(here.items(project, 'feature').insertOne({ _id: 3 })).rejects.toMatchObject(absent);
    await here.items(project, 'done').insertOne({ _id: 4 });
    expect(await ids('done')).toEqual([1, 2, 4]);
  });

  it('a name that another process gave to another branch stands for that one', async () => {
    await there.service.rename(project, 'feature', 'done', NOBODY);
    await there.service.create(project, 'feature', {}, NOBODY);
    await here.items(project, 'feature').insertOne({ _id: 3 });
    expect(await ids('feature')).toEqual([1, 3]);
    expect(await ids('done')).toEqual([1, 2]);
  });

  it('a read comes first: it too sees the other branch of that name', async () => {
    await there.service.rename(project, 'feature', 'done', NOBODY);
    await there.service.create(project, 'feature', {}, NOBODY);
    expect(await ids('feature')).toEqual([1]);
  });

  it('a branch that another process deleted is gone, and may be made again', async () => {
    await there.service.delete(project, 'feature', NOBODY);
    await expect(here.items(project, 'feature').insertOne({ _id: 3 })).rejects.toMatchObject(absent);
    await expect(ids('feature')).rejects.toMatchObject(absent);
    await expect(
      here.items(project, 'feature').updateOne({ _id: 99 }, { $set: { n: 1 } }),
    ).rejects.toMatchObject(absent);
    await there.service.create(project, 'feature', {}, NOBODY);
    await here.items(project, 'feature').insertOne({ _id: 5 });
    expect(await ids('feature')).toEqual([1, 5]);
    expect(await there.items(project, 'feature').countDocuments()).toBe(2);
  });

  it('a past of a branch is found by the name it has now', async () => {
    const lsn = (await here.service.get(project, 'feature')).headLsn;
    const then = (branch: string) => here.database(`${project}~${branch}@${lsn}`).collection('items');
    expect(await then('feature').countDocuments()).toBe(2);
    await there.service.rename(project, 'feature', 'done', NOBODY);
    await expect(then('feature').countDocuments()).rejects.toMatchObject(absent);
    expect(await then('done').countDocuments()).toBe(2);
  });

  it('a project that another process deleted is gone; writing makes another', async () => {
    await there.service.deleteProject(project, NOBODY);
    expect(await ids('main')).toEqual([]);
    await here.items(project, 'main').insertOne({ _id: 7 });
    expect(await ids('main')).toEqual([7]);
    expect(await there.items(project, 'main').countDocuments()).toBe(1);
    await expect(ids('feature')).rejects.toMatchObject(absent);
  });

  it('a branch is made from the branch that has the name now', async () => {
    await there.service.rename(project, 'feature', 'done', NOBODY);
    await expect(here.service.create(project, 'x', { from: 'feature' }, NOBODY)).rejects.toMatchObject({
      code: 'ARGON_WAL_BRANCH_NOT_FOUND',
    });
    await there.service.create(project, 'feature', {}, NOBODY);
    await there.items(project, 'feature').insertOne({ _id: 9 });
    await here.service.create(project, 'y', { from: 'feature' }, NOBODY);
    expect(await ids('y')).toEqual([1, 9]);
    await there.service.deleteProject(project, NOBODY);
    await expect(here.service.create(project, 'z', {}, NOBODY)).rejects.toMatchObject({
      code: 'ARGON_WAL_PROJECT_NOT_FOUND',
    });
  });
});
