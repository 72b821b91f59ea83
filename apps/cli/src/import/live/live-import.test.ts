import { sharedMongod } from '@argon/tools-mongod';
import { deserialize } from 'bson';
import { MongoClient, type Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everyType } from '@argon/wal/testing';
import { makeWorkspace, type Workspace } from '../../testing/run';

const NAME = `argon_cli_live_${process.pid}`;
/** The driver's objects keep all types like this; only the order of number-like names is lost on the way in. */
const KEEP = { promoteValues: false, promoteLongs: false, bsonRegExp: true };
let client: MongoClient;
let address: string;
let space: Workspace;

beforeAll(async () => {
  const { uri } = await sharedMongod();
  client = await new MongoClient(uri).connect();
  const url = new URL(uri);
  url.pathname = `/${NAME}`;
  address = url.toString();
  const db = client.db(NAME);
  await db.dropDatabase();
  await insertRaw('types', everyType());
  await db.createCollection('people', { validator: { age: { $gte: 0 } }, validationAction: 'error' });
  await db
    .collection('people')
    .insertMany(
      Array.from({ length: 2500 }, (_, i) => ({ _id: i as never, email: `p${i}`, age: i, at: new Date(i) })),
    );
  await db.collection('people').createIndex({ email: 1 }, { unique: true });
  await db.collection('people').createIndex({ age: -1, at: 1 }, { sparse: true, name: 'by age' });
  await db
    .collection('people')
    .createIndex({ at: 1 }, { partialFilterExpression: { age: { $gt: 5 } }, name: 'late' });
  await db.createCollection('ring', { capped: true, size: 4096 });
  await db.collection('ring').insertOne({ _id: 1 as never });
  await db.createCollection('old', { viewOn: 'people', pipeline: [{ $match: { age: { $gt: 90 } } }] });
});
afterAll(async () => {
  await client?.db(NAME).dropDatabase();
  await client?.close();
});
beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
});
afterEach(() => space.remove());

/** Through an insert command that is encoded here. */
async function insertRaw(collection: string, documents: readonly Uint8Array[]): Promise<void> {
  await client
    .db(NAME)
    .collection(collection)
    .insertMany(documents.map((bytes) => deserialize(bytes, KEEP)));
}

async function liveBytes(collection: string): Promise<Buffer> {
  const raw = await client.db(NAME).collection(collection).find({}, { raw: true }).toArray();
  return Buffer.concat(raw as unknown as Uint8Array[]);
}

const exported = async (collection: string) =>
  (await space.ok(['export', collection, '--format', 'bson'])).bytes;

describe('a whole database', () => {
  it('comes with every byte, with indexes and validators; what cannot come is named', async () => {
    const report = await space.ok(['import', address, '--project', 'copy', '--create', '--json']);
    expect(report.json()).toMatchObject({
      project: 'copy',
      branch: 'main',
      collections: [
        { collection: 'people', inserted: 2500, rejected: 0, indexes: 3 },
        { collection: 'ring', inserted: 1, indexes: 0 },
        { collection: 'types', inserted: everyType().length },
        { collection: 'old', inserted: 0, indexes: 0 },
      ],
      notes: [],
    });
    const listed = (await space.ok(['run', '{"listCollections": 1}', '--json'])).json() as Document;
    const kept = (listed['cursor'].firstBatch as Document[]).map(({ name, options }) => [name, options]);
    expect(Object.fromEntries(kept as [string, Document][])).toMatchObject({
      ring: { capped: true, size: 4096 },
      old: { viewOn: 'people', pipeline: [{ $match: { age: { $gt: 90 } } }] },
    });
    expect((await space.ok(['run', '{"count": "old"}', '--json'])).json()).toMatchObject({ n: 2409 });
    expect(await exported('types')).toEqual(await liveBytes('types'));
    expect(await exported('people')).toEqual(await liveBytes('people'));

    const indexes = async (run: (command: string) => Promise<Document>) =>
      (await run('{"listIndexes": "people"}'))['cursor'].firstBatch as Document[];
    const here = await indexes(
      async (command) => (await space.ok(['run', command, '--json'])).json() as Document,
    );
    const there = await indexes((command) => client.db(NAME).command(JSON.parse(command) as Document));
    expect(here).toEqual(there);
    const twice = await space.run(['run', '{"insert": "people", "documents": [{"email": "p1", "age": 1}]}']);
    expect(twice.stderr).toContain('E11000');
    expect(twice.code).toBe(4);
    const invalid = await space.run(['run', '{"insert": "people", "documents": [{"age": -1}]}']);
    expect(invalid.stderr).toContain('validation');
    expect(invalid.code).toBe(1);
  });

  it('comes all or not at all', async () => {
    await space.ok(['project', 'create', 'copy']);
    await space.ok(['import', '-', '-c', 'people'], { stdin: '{"_id": 2400, "mine": true}' });
    const told = await space.run(['import', address]);
    expect(told.code).toBe(4);
    expect(told.stderr).toContain('Document 2401 could not be inserted');
    expect(told.stderr).toContain("'main' of 'copy' is as it was before");
    expect((await space.ok(['branch', 'info', '--json'])).json().collections).toMatchObject([
      { name: 'people', documents: 1 },
    ]);
    const dropped = await space.ok(['import', address, '--drop', '--json']);
    expect(dropped.json().collections).toMatchObject([{ inserted: 2500 }, {}, {}, {}]);
  });

  it('onto a branch, by itself', async () => {
    await space.ok(['project', 'create', 'copy']);
    await space.ok(['branch', 'create', 'b']);
    await space.ok(['import', address, '--branch', 'b', '--collection', 'people', '--documents-only']);
    const names = async (branch: string) =>
      ((await space.ok(['branch', 'info', branch, '--json'])).json().collections as Document[]).map(
        ({ name }) => name as string,
      );
    expect(await names('b')).toEqual(['people']);
    expect(await names('main')).toEqual([]);
  });
});

it('a collection or database that is not there', async () => {
  await space.ok(['project', 'create', 'copy']);
  const collection = await space.run(['import', address, '--collection', 'poeple']);
  expect(collection.stderr).toContain("did you mean 'people'?");
  expect(collection.code).toBe(3);
  const database = await space.run(['import', address.replace(NAME, `${NAME}_not`)]);
  expect(database.stderr).toContain('has no collections');
  expect(database.code).toBe(3);
  expect((await space.ok(['status', '--json'])).json().currentLsn).toBe(2);
});

it('a project made for an import that fails goes with it', async () => {
  const told = await space.run(['import', '-', '-c', 'c', '-p', 'new', '--create'], {
    stdin: '{"_id": 1}\n{"_id": }',
  });
  expect(told.code).toBe(1);
  expect((await space.ok(['project', 'list', '--json'])).json().projects).toEqual([]);
});
