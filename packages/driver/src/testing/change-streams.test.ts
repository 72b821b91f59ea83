import { Materializer } from '@argon/materializer';
import { WalBranchService } from '@argon/branch';
import { WalEngine, partialMatcher } from '@argon/engine';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY, openStore, type Store } from '@argon/wal';
import type { ChangeStream, ChangeStreamOptions, Db, Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import { storeKinds, type StoreFixture } from './index';

interface Item {
  _id: number | string;
  n?: number;
}

/** A stream that is open when this resolves. */
async function opened(
  target: Pick<Db, 'watch'> | MongoClient,
  options: ChangeStreamOptions = {},
): Promise<ChangeStream> {
  const stream = target.watch([], { maxAwaitTimeMS: 20_000, ...options });
  const isOpen = new Promise<void>((resolve) => stream.once('resumeTokenChanged', () => resolve()));
  first.set(stream, stream.next());
  first.get(stream)!.catch(() => undefined);
  await isOpen;
  return stream;
}

/** Events that were asked for to open the stream. */
const first = new WeakMap<ChangeStream, Promise<Document>>();

async function take(stream: ChangeStream, count: number): Promise<Document[]> {
  const events: Document[] = [];
  while (events.length < count) {
    const asked = first.get(stream);
    first.delete(stream);
    events.push(await (asked ?? stream.next()));
  }
  return events;
}

const shown = ({ operationType, ns, documentKey }: Document) =>
  [operationType, `${ns?.db}.${ns?.coll}`, documentKey?._id].join(' ');

describe.each(storeKinds(async () => (await sharedMongod()).uri))(
  'change streams on the $name store',
  (kind) => {
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

    const items = (branch?: string) =>
      client.db(branch === undefined ? project : `${project}~${branch}`).collection<Item>('items');

    it('a stream follows its branch, and tells of what led to it', async () => {
      await items().insertMany([{ _id: 1 }, { _id: 2 }]);
      await service.create(project, 'feature', { from: 'main' }, NOBODY);
      const stream = await opened(client.db(`${project}~feature`));
      await items().insertOne({ _id: 3 });
      await items('feature').insertOne({ _id: 4 });
      await items('feature').deleteOne({ _id: 1 });
      const events = await take(stream, 2);
      const db = `${project}~feature`;
      expect(events.map(shown)).toEqual([`insert ${db}.items 4`, `delete ${db}.items 1`]);
      await stream.close();

      const { clusterTime } = events[0]!;
      const startAtOperationTime = clusterTime.constructor.fromNumber(1);
      const whole = client.db(db).watch([], { startAtOperationTime });
      expect((await take(whole, 4)).map(shown)).toEqual([
        `insert ${db}.items 1`,
        `insert ${db}.items 2`,
        `insert ${db}.items 4`,
        `delete ${db}.items 1`,
      ]);
      await whole.close();
    });

    it('a reset is told as the changes that it makes', async () => {
      await items().insertMany([
        { _id: 1, n: 1 },
        { _id: 2, n: 1 },
      ]);
      const { headLsn } = await service.get(project, 'main');
      await items().updateOne({ _id: 1 }, { $set: { n: 2 } });
      await items().deleteOne({ _id: 2 });
      await items().insertOne({ _id: 3 });
      await client.db(project).createCollection('later');
      const stream = await opened(client.db(project), { fullDocumentBeforeChange: 'required' });
      await service.reset(project, 'main', { lsn: headLsn }, NOBODY);
      await items().insertOne({ _id: 4 });
      const events = await take(stream, 5);
      expect(events.map(shown)).toEqual([
        `drop ${project}.later `,
        `delete ${project}.items 3`,
        `replace ${project}.items 1`,
        `insert ${project}.items 2`,
        `insert ${project}.items 4`,
      ]);
      expect(events[2]).toMatchObject({ fullDocument: { n: 1 }, fullDocumentBeforeChange: { n: 2 } });
      for (const [i, { _id: resumeAfter }] of events.slice(0, -1).entries()) {
        const resumed = client.db(project).watch([], { resumeAfter });
        expect((await take(resumed, 4 - i)).map(shown)).toEqual(events.slice(i + 1).map(shown));
        await resumed.close();
      }
      await stream.close();
    });

    it('a stream over everything tells of all projects and branches, and goes on after any event', async () => {
      await items().insertOne({ _id: 0 });
      const stream = await opened(client);
      const other = `${project}x`;
      const wanted: string[] = [];
      for (let i = 1; i <= 6; i++) {
        await items().insertOne({ _id: i });
        if (i === 2) await service.create(project, 'feature', { from: 'main' }, NOBODY);
        if (i > 2) await items('feature').updateOne({ _id: 1 }, { $set: { n: i } });
        await client
          .db(other)
          .collection<Item>('things')
          .insertMany([{ _id: i }, { _id: -i }]);
        wanted.push(
          `insert ${project}.items ${i}`,
          ...(i > 2 ? [`update ${project}~feature.items 1`] : []),
          `insert ${other}.things ${i}`,
          `insert ${other}.things ${-i}`,
        );
      }
      const events = await take(stream, wanted.length);
      const sorted = (some: string[]) => (store.supports.totalOrder === true ? some : [...some].sort());
      expect(sorted(events.map(shown))).toEqual(sorted(wanted));
      for (const db of [project, `${project}~feature`, other]) {
        const of = (some: string[]) => some.filter((each) => each.includes(` ${db}.`));
        expect(of(events.map(shown))).toEqual(of(wanted));
      }
      await stream.close();
      for (const [i, { _id: resumeAfter }] of events.entries()) {
        if (i === events.length - 1) break;
        const resumed = (client as unknown as MongoClient).watch([], { resumeAfter });
        const rest = await take(resumed, events.length - 1 - i);
        expect(sorted(rest.map(shown))).toEqual(sorted(events.slice(i + 1).map(shown)));
        await resumed.close();
      }
    });

    it('a cursor that is killed while it waits says so at once', async () => {
      await items().insertOne({ _id: 1 });
      const db = client.db(project);
      const session = client.startSession();
      const { cursor } = await db.command(
        { aggregate: 'items', pipeline: [{ $changeStream: {} }], cursor: {} },
        { session, promoteLongs: false },
      );
      const waiting = db
        .command({ getMore: cursor.id, collection: 'items', maxTimeMS: 100_000 }, { session })
        .catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await db.command({ killCursors: 'items', cursors: [cursor.id] });
      expect(await waiting).toMatchObject({ code: 237, codeName: 'CursorKilled' });
      await session.endSession();
    });

    it('a stream of a project that is deleted ends', async () => {
      await items().insertOne({ _id: 1 });
      await service.create(project, 'gone', { from: 'main' }, NOBODY);
      const stream = await opened(client.db(`${project}~gone`));
      await service.delete(project, 'gone', NOBODY);
      expect((await take(stream, 2)).map(({ operationType }) => operationType)).toEqual([
        'dropDatabase',
        'invalidate',
      ]);
      await stream.close();
    });

    it('where history was compacted away, a stream cannot go on', async () => {
      await items().insertOne({ _id: 1 });
      const stream = await opened(client.db(project));
      await items().insertOne({ _id: 2 });
      const [event] = await take(stream, 1);
      await stream.close();
      for (let n = 0; n < 5; n++) await items().updateOne({ _id: 2 }, { $set: { n } });
      const { headLsn, id } = await service.get(project, 'main');
      await materializer.compact({ branchId: id }, { keep: { sinceLsn: headLsn } });
      const resumed = client.db(project).watch([], { resumeAfter: event!['_id'] });
      await expect(resumed.next()).rejects.toMatchObject({ code: 286, codeName: 'ChangeStreamHistoryLost' });
      await resumed.close();
    });
  },
);
