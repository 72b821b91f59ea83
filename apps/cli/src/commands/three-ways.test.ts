import {
  decodeDocument,
  encodeDocument,
  Long,
  parseEjson,
  stringifyEjson,
  type Doc,
  type Value,
} from '@argon/bson';
import { ArgonClient, type ArgonDb, type DatabaseDifference } from '@argon/driver';
import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { BSON, Decimal128, Double, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';
import { openWire, type Wire } from '../testing/wire';

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

/** Text that tells all types apart, with times as the command line writes them. */
function exact(value: unknown): string {
  return stringifyEjson(dated(value as Value), { relaxed: false });
}

function dated(value: Value): Value {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(dated);
  return value instanceof Map ? new Map([...value].map(([name, field]) => [name, dated(field)])) : value;
}

/** What one of the command line's own JSON lines says. */
const read = (line: string): string => exact(parseEjson(line));
/** The order of a report's own fields is no promise. */
const fieldsOf = (text: string): unknown => JSON.parse(text);
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

/** What the driver makes of documents that came over the wire. */
const plain = (document: Doc): Document => BSON.deserialize(encodeDocument(document));

describe.each(kinds)('CLI, driver and wire commands say the same, on the $name store', (kind) => {
  let fixture: StoreFixture;
  let space: Workspace;
  let client: ArgonClient;
  let wire: Wire;
  let main: ArgonDb;
  let feature: ArgonDb;
  let then: number;

  beforeAll(async () => {
    fixture = await kind.make();
    client = await new ArgonClient(fixture.address, { user: 'ann', appName: 'shop' }).connect();
    main = client.db('shop');
    await main.collection<{ _id: number }>('items').insertMany(
      Array.from({ length: 20 }, (_, i) => ({
        ...{ _id: i, n: i, long: Long.fromNumber(i), double: new Double(i), tags: ['a', 'b'] },
        ...{ price: Decimal128.fromString(`${i}.50`), at: new Date(i), nested: { x: { y: i } } },
      })),
    );
    const [branch] = await main.branches();
    then = branch!.headLsn;
    feature = await main.createBranch('feature');
    const items = feature.collection<{ _id: number; tags: string[] }>('items');
    await items.updateMany({ _id: { $lt: 12 } }, { $inc: { n: 1 }, $push: { tags: 'c' } });
    await items.deleteMany({ _id: { $gte: 18 } });
    await items.insertOne({ _id: 100, tags: [] });
    await items.createIndex({ n: 1 });
    await feature.createCollection('logs', { validator: { n: { $gt: 0 } } });
    const mine = main.collection<{ _id: number }>('items');
    await mine.updateMany({ _id: { $in: [0, 1, 15] } }, { $set: { n: -1, 'nested.x.y': new Double(7) } });
    await mine.deleteOne({ _id: 2 });
    space = await makeWorkspace(fixture.address);
    wire = await openWire(fixture.address);
  });
  afterAll(async () => {
    await wire?.close();
    await client?.close();
    await space?.remove();
    await fixture?.remove();
  });

  it('argon diff, db.diff, argonDiff', async () => {
    const told = linesOf((await space.ok(['diff', 'main', 'feature', '--json'])).stdout);
    const asked = await wire.all('shop', { argonDiff: 'main', to: 'feature', cursor: { batchSize: 3 } });
    expect(asked.length).toBeGreaterThan(15);
    expect(asked.map(exact)).toEqual(told.slice(1).map(read));
    const reply = decodeDocument(await wire.ask('shop', { argonDiff: 'main', to: 'feature' }));
    expect(exact(new Map([['diff', reply.get('diff')!]]))).toBe(read(told[0]!));
    const driven: DatabaseDifference[] = [];
    for await (const each of main.diff(feature)) driven.push(each);
    const kindOf = (each: (typeof driven)[number]) =>
      each.before === null ? 'insert' : each.after === null ? 'delete' : 'update';
    expect(
      driven.map((each) => [kindOf(each), each.collection, (each.after ?? each.before)!['_id'], each.fields]),
    ).toEqual(
      asked
        .filter((each) => each.get('op') !== 'collection')
        .map(plain)
        .map(({ op, collection, _id, changes = [] }) => [
          ...[op, collection, _id],
          changes.map(({ path }: { path: string[] }) => path.join('.')),
        ]),
    );
    const stat = (await space.ok(['diff', 'main', 'feature', '--stat', '--json'])).json();
    const stats = await wire.all('shop', { argonDiff: 'main', to: 'feature', stat: true });
    expect(stats.map((each) => JSON.parse(stringifyEjson(dated(each))))).toEqual(
      stat.collections.map(({ catalog, ...rest }: any) => ({
        ...rest,
        catalog: catalog && JSON.parse(stringifyEjson(parseEjson(JSON.stringify(catalog)))),
      })),
    );
    expect(
      (await main.diffStat(feature)).map(({ inserted, updated, deleted }) => [inserted, updated, deleted]),
    ).toEqual(stat.collections.map(({ inserted, updated, deleted }: any) => [inserted, updated, deleted]));
  });

  it('argon history, db.history, argonHistory', async () => {
    for (const [argv, options, database] of [
      [['--limit', '0', '-b', 'feature'], {}, feature],
      [['--limit', '7', '-b', 'feature', '-c', 'items'], { limit: 7 }, feature],
      [['--limit', '0', '-c', 'items', '--id', '1'], { id: 1 }, main],
    ] as const) {
      const told = linesOf((await space.ok(['history', '--json', ...argv])).stdout).map(read);
      expect(told.length).toBeGreaterThan(1);
      const argonHistory = argv.includes('-c' as never) ? 'items' : 1;
      const asked = await wire.all(database.databaseName, {
        argonHistory,
        ...options,
        cursor: { batchSize: 3 },
      });
      expect(asked.map(exact)).toEqual(told);
      const driven =
        argonHistory === 1
          ? database.history({ ...options, batchSize: 3 })
          : database.collection('items').history(options);
      expect(await driven.toArray()).toEqual(asked.map(plain));
    }
  });

  it('time travel: argon time-travel, collection.atLSN and atTime, find at a moment', async () => {
    const [newest] = await main.history({ limit: 1 }).toArray();
    for (const lsn of [then, then + 1, newest!.lsn]) {
      const argv = ['time-travel', 'items', '--lsn', String(lsn), '--filter', '{"n": {"$lt": 9}}'];
      const told = linesOf((await space.ok([...argv, '--canonical', '--json'])).stdout).map(read);
      expect(told.length).toBeGreaterThan(5);
      const asked = await wire.all(`shop@${lsn}`, { find: 'items', filter: { n: { $lt: 9 } }, batchSize: 3 });
      expect(asked.map(exact)).toEqual(told);
      const filter = { n: { $lt: 9 } };
      expect(await main.collection('items').atLSN(lsn).find(filter).toArray()).toEqual(asked.map(plain));
      const counted = (await space.ok([...argv, '--count'])).stdout.trim();
      expect(await main.atLSN(lsn).collection('items').countDocuments(filter)).toBe(Number(counted));
    }
    const { time } = newest!;
    const argv = ['time-travel', 'items', '--time', time.toISOString(), '--canonical', '--json'];
    const told = linesOf((await space.ok(argv)).stdout).map(read);
    const found = await main.collection('items').atTime(time).find().toArray();
    const database = `shop@${time.toISOString().replaceAll(/[:.]/g, '-')}`;
    const asked = await wire.all(database, { find: 'items' });
    expect(asked.map(exact)).toEqual(told);
    expect(found).toEqual(asked.map(plain));
  });

  it('argon restore --dry-run, db.previewRestore, argonRestore with dryRun', async () => {
    for (const [argv, options] of [
      [['--to-lsn', String(then)], { to: then }],
      [
        ['--to-lsn', String(then), '-c', 'items', '-f', '{"_id": {"$lt": 2}}'],
        { to: then, collections: ['items'], filter: { _id: { $lt: 2 } } },
      ],
    ] as const) {
      const { restore } = (await space.ok(['restore', ...argv, '--dry-run', '--json'])).json();
      expect(restore.counts.updated).toBeGreaterThan(0);
      for (const { samples } of restore.collections) {
        for (const sample of samples) {
          for (const [name, text] of Object.entries(sample)) {
            if (text !== null)
              sample[name] = JSON.parse(stringifyEjson(parseEjson(text as string), { relaxed: false }));
          }
        }
      }
      const reply = decodeDocument(await wire.ask('shop', { argonRestore: 1, ...options, dryRun: true }));
      const asked = reply.get('restore') as Doc;
      expect(fieldsOf(exact(asked))).toEqual(fieldsOf(read(JSON.stringify(restore))));
      expect(await main.previewRestore(options)).toEqual(plain(asked));
    }
  });

  it('argon merge --plan, db.previewMerge, argonMerge with dryRun', async () => {
    const { merge, done } = (
      await space.ok(['merge', 'feature', '--into', 'main', '--plan', '--json'])
    ).json();
    expect(merge.conflicts).toBeGreaterThan(0);
    const reply = decodeDocument(
      await wire.ask('shop', { argonMerge: 'feature', into: 'main', dryRun: true }),
    );
    expect(reply.get('done')).toBe(done);
    const asked = reply.get('merge') as Doc;
    expect(fieldsOf(exact(asked))).toEqual(fieldsOf(read(JSON.stringify(merge))));
    expect(await main.previewMerge(feature)).toEqual(plain(asked));
  });

  it('argon undo --dry-run, db.previewUndo, argonUndo with dryRun', async () => {
    const [newest] = await main.history({ limit: 1 }).toArray();
    const commit = newest!.lsn - 1;
    const { undo } = (await space.ok(['undo', '--commit', String(commit), '--dry-run', '--json'])).json();
    expect(undo.counts.updated + undo.counts.inserted).toBeGreaterThan(0);
    const reply = decodeDocument(await wire.ask('shop', { argonUndo: 1, commit, dryRun: true }));
    const asked = reply.get('undo') as Doc;
    expect(fieldsOf(exact(asked))).toEqual(fieldsOf(read(JSON.stringify(undo))));
    expect(await main.previewUndo({ commit })).toEqual(plain(asked));
  });

  it('argon branch list and argon tag, db.branches and db.tags, argonListBranches and argonListTags', async () => {
    await main.tag('v1', { at: then });
    const { branches } = (await space.ok(['branch', 'list', '--json'])).json();
    const asked = await wire.all('shop', { argonListBranches: 1, cursor: { batchSize: 1 } });
    const run = await space.ok(['run', '{"argonListBranches": 1}', '--json', '--canonical']);
    expect(read(run.stdout)).toContain(exact(asked));
    expect(asked.map(exact)).toEqual(branches.map((branch: unknown) => read(JSON.stringify(branch))));
    expect(await main.branches()).toEqual(asked.map(plain));
    const { tags } = (await space.ok(['tag', '--json'])).json();
    const listed = await wire.all('shop', { argonListTags: 1 });
    expect(listed.map(plain)).toEqual(tags);
    expect(await main.tags()).toEqual(tags);
  });
});
