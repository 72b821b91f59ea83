import { Materializer } from '@argon/materializer';
import { ArgonClient } from '../client/argon-client';
import { storeKinds, type StoreFixture } from './index';
import { WalEngine, partialMatcher } from '@argon/engine';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WalBranchService } from '@argon/branch';

interface Item {
  _id: number;
  on?: string;
  n?: number;
}

describe.each(storeKinds(async () => (await sharedMongod()).uri))('on the $name store', (kind) => {
  let fixture: StoreFixture;
  let store: Store;
  let materializer: Materializer;
  let client: ArgonClient;
  let service: WalBranchService;
  let project: string;
  let serial = 0;

  beforeAll(async () => {
    fixture = await kind.make();
    store = await openStore(fixture.address);
    materializer = new Materializer(store, { partialMatcher });
    client = await new ArgonClient(new WalEngine(store, materializer)).connect();
    service = new WalBranchService(store, materializer);
  });
  afterAll(async () => {
    await client?.close();
    await materializer?.close();
    await store?.close();
    await fixture?.remove();
  });
  beforeEach(() => {
    project = `shop${++serial}`;
  });

  const items = (branch = 'main') => client.branch(project, branch).collection<Item>('items');
  const ids = async (branch?: string) =>
    (await items(branch).find().sort({ _id: 1 }).toArray()).map((item) => item._id);

  describe('isolation', () => {
    it('holds at depth 20, after updates and deletes on every level', async () => {
      await items().insertMany([
        { _id: 0, n: 0 },
        { _id: 1000, n: 0 },
      ]);
      let parent = 'main';
      for (let depth = 1; depth <= 20; depth++) {
        const name = `level-${depth}`;
        await service.create(project, name, { from: parent }, NOBODY);
        await items(name).insertOne({ _id: depth });
        await items(name).updateOne({ _id: 0 }, { $set: { n: depth } });
        if (depth === 10) await items(name).deleteOne({ _id: 1000 });
        // The parent goes on by itself; the child must not notice.
        await items(parent).insertOne({ _id: 100 + depth });
        await items(parent).updateOne({ _id: 0 }, { $inc: { n: 1000 } });
        parent = name;
      }
      for (let depth = 1; depth <= 20; depth++) {
        const own = Array.from({ length: depth + 1 }, (_, i) => i);
        const late = depth < 20 ? [100 + depth + 1] : [];
        const survivor = depth < 10 ? [1000] : [];
        expect(await ids(`level-${depth}`)).toEqual([...own, ...late, ...survivor]);
        expect((await items(`level-${depth}`).findOne({ _id: 0 }))?.n).toBe(
          depth < 20 ? depth + 1000 : depth,
        );
      }
      expect(await ids()).toEqual([0, 101, 1000]);
    });

    it('holds for a branch of a branch made in the past', async () => {
      await items().insertOne({ _id: 1 });
      await service.create(project, 'a', {}, NOBODY);
      await items('a').insertOne({ _id: 2 });
      const then = (await service.get(project, 'a')).headLsn;
      await items('a').insertOne({ _id: 3 });
      await items('a').deleteOne({ _id: 1 });
      await service.create(project, 'b', { from: 'a', at: { lsn: then } }, NOBODY);
      await items('b').insertOne({ _id: 4 });
      expect(await ids('b')).toEqual([1, 2, 4]);
      expect(await ids('a')).toEqual([2, 3]);
      expect(await ids()).toEqual([1]);
    });
  });

  describe('lessons of an earlier engine', () => {
    it('100 updates of one document in one bulk give 100 states in history', async () => {
      await items().insertOne({ _id: 1, n: 0 });
      const before = (await service.get(project, 'main')).headLsn;
      await items().bulkWrite(
        Array.from({ length: 100 }, () => ({
          updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } },
        })),
      );
      const after = (await service.get(project, 'main')).headLsn;
      const seen: (number | undefined)[] = [];
      for (let lsn = before; lsn <= after; lsn++)
        seen.push((await items().atLSN(lsn).findOne({ _id: 1 }))?.n);
      expect(seen).toEqual(Array.from({ length: 101 }, (_, n) => n));
    });

    it('field order never changes, also inside of documents', async () => {
      const raw = client.branch(project, 'main').collection('raw');
      await raw.insertOne({ _id: 1 as never, z: 1, '10': 2, a: { y: 1, '2': 1, b: 1 }, '1': 3 });
      await service.create(project, 'feature', {}, NOBODY);
      await client
        .branch(project, 'feature')
        .collection('raw')
        .updateOne({}, { $set: { 'a.c': 1, 'a.y': 5 } });
      const text = async (branch: string) =>
        JSON.stringify(await client.branch(project, branch).collection('raw').findOne({}));
      // JavaScript itself moves integer-like names to the front of an object; what it sent is what it gets back.
      expect(await text('main')).toBe(
        JSON.stringify({ _id: 1, z: 1, '10': 2, a: { y: 1, '2': 1, b: 1 }, '1': 3 }),
      );
      expect(await text('feature')).toBe(
        JSON.stringify({ _id: 1, z: 1, '10': 2, a: { y: 5, '2': 1, b: 1, c: 1 }, '1': 3 }),
      );
    });

    it('a fork made right after 500 acknowledged inserts holds all 500', async () => {
      await Promise.all(Array.from({ length: 500 }, (_, _id) => items().insertOne({ _id })));
      await service.create(project, 'feature', {}, NOBODY);
      expect(await items('feature').countDocuments()).toBe(500);
    });

    it('dropping a collection is history too', async () => {
      await items().insertMany([{ _id: 1 }, { _id: 2 }]);
      const { headLsn } = await service.get(project, 'main');
      await items().drop();
      await items().insertOne({ _id: 9 });
      expect(await ids()).toEqual([9]);
      expect(
        (await items().atLSN(headLsn).find().sort({ _id: 1 }).toArray()).map((item) => item._id),
      ).toEqual([1, 2]);
      await service.create(project, 'undropped', { at: { lsn: headLsn } }, NOBODY);
      expect(await ids('undropped')).toEqual([1, 2]);
    });
  });

  describe('moments', () => {
    it('reads the past by LSN and by time, read-only', async () => {
      await items().insertOne({ _id: 1, n: 1 });
      const then = (await service.get(project, 'main')).headLsn;
      await new Promise((resolve) => setTimeout(resolve, 5));
      const time = new Date();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await items().updateOne({ _id: 1 }, { $set: { n: 2 } });
      expect(await items().atLSN(then).findOne()).toEqual({ _id: 1, n: 1 });
      expect(await items().atTime(time).findOne()).toEqual({ _id: 1, n: 1 });
      expect(await items().atTime(new Date()).findOne()).toEqual({ _id: 1, n: 2 });
      expect(await client.db(`${project}@${then}`).collection('items').findOne()).toEqual({ _id: 1, n: 1 });
      await expect(items().atLSN(then).insertOne({ _id: 5 })).rejects.toMatchObject({ code: 166 });
      await expect(
        items()
          .atLSN(10 ** 9)
          .findOne(),
      ).rejects.toMatchObject({ code: 2 });
      await expect(items().atTime(new Date(0)).findOne()).rejects.toMatchObject({ code: 2 });
    });
  });

  describe('reset', () => {
    it('sets a branch back, keeps what it hid, and can be undone', async () => {
      await items().insertOne({ _id: 1 });
      const { headLsn: one } = await service.get(project, 'main');
      await items().insertMany([{ _id: 2 }, { _id: 3 }]);
      await items().deleteOne({ _id: 1 });
      const { headLsn: before } = await service.get(project, 'main');
      const preview = await service.previewReset(project, 'main', { lsn: one });
      expect(preview).toMatchObject({ from: before, to: one, commits: 2, entries: 3 });
      const report = await service.reset(project, 'main', { lsn: one }, NOBODY);
      expect(report).toEqual({ branch: 'main', from: before, to: one, head: before + 1 });
      expect(await ids()).toEqual([1]);
      await items().insertOne({ _id: 4 });
      expect(await ids()).toEqual([1, 4]);
      // What the branch showed then is what it shows when asked for then.
      const hidden = await items().atLSN(before).find().sort({ _id: 1 }).toArray();
      expect(hidden.map((item) => item._id)).toEqual([2, 3]);
      await service.reset(project, 'main', { lsn: before }, NOBODY);
      expect(await ids()).toEqual([2, 3]);
    });

    it('refuses to go below the base, past the head, and on protected branches', async () => {
      await items().insertOne({ _id: 1 });
      const { headLsn } = await service.get(project, 'main');
      await items().insertOne({ _id: 2 });
      const feature = await service.create(project, 'feature', {}, NOBODY);
      await expect(service.reset(project, 'feature', { lsn: headLsn }, NOBODY)).rejects.toMatchObject({
        code: 'ARGON_BRANCH_RESET_BELOW_BASE',
      });
      await expect(
        service.reset(project, 'feature', { lsn: feature.headLsn + 100 }, NOBODY),
      ).rejects.toMatchObject({
        code: 'ARGON_MATERIALIZER_LSN_OUT_OF_RANGE',
      });
      await service.protect(project, 'main', true, NOBODY);
      await expect(service.reset(project, 'main', { lsn: headLsn }, NOBODY)).rejects.toMatchObject({
        code: 'ARGON_BRANCH_PROTECTED',
      });
    });
  });

  describe('projects and branches', () => {
    it('stand in the log where they were made', async () => {
      const { branch } = await service.createProject(project, NOBODY);
      expect(branch).toMatchObject({ name: 'main', baseLsn: 0, parent: null, headLsn: branch.id });
      const feature = await service.create(project, 'feature', {}, NOBODY);
      expect(feature).toMatchObject({ parent: 'main', baseLsn: branch.headLsn, headLsn: branch.headLsn });
      expect((await service.projects()).some((each) => each.name === project)).toBe(true);
      await service.deleteProject(project, NOBODY);
      expect((await service.projects()).some((each) => each.name === project)).toBe(false);
    });

    it('writing to a branch that does not exist is an error, writing to a new project makes it', async () => {
      await expect(items('typo').insertOne({ _id: 1 })).rejects.toMatchObject({ code: 26 });
      await items().insertOne({ _id: 1 });
      await expect(items('typo').insertOne({ _id: 1 })).rejects.toMatchObject({ code: 26 });
      expect((await service.list(project)).map((each) => each.name)).toEqual(['main']);
    });
  });
});
