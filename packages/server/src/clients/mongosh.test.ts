import { mongoshOrSkip } from '@argon/tools-clients';
import { sharedMongod } from '@argon/tools-mongod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../testing/serve';
import { runClient } from '../testing/run-client';

const mongosh = await mongoshOrSkip();

/** Scripts whose output is what mongod's is. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'documents of many types': `
    db.things.insertMany([{_id: 1, a: NumberInt(1)}, {_id: 2, a: NumberLong('9007199254740993')}, {_id: 3, a: NumberDecimal('1.10')},
      {_id: 4, a: ISODate('2026-01-31T12:00:00Z')}, {_id: 5, a: /x/i}, {_id: 6, a: UUID('3b241101-e2bb-4255-8caf-4136c566a962')},
      {_id: 7, a: [1, {b: null}]}, {_id: 8, a: MinKey()}]);
    print(EJSON.stringify(db.things.find().sort({_id: 1}).toArray(), {relaxed: false}));`,
  'updates and what they say': `
    db.people.insertMany([{_id: 1, n: 1}, {_id: 2, n: 2}, {_id: 3, n: 3}]);
    const updated = db.people.updateMany({n: {$gte: 2}}, {$inc: {n: 10}, $set: {seen: true}});
    print(updated.matchedCount, updated.modifiedCount);
    print(EJSON.stringify(db.people.findOneAndUpdate({_id: 1}, {$push: {tags: 'x'}}, {returnDocument: 'after'})));
    print(db.people.deleteOne({_id: 2}).deletedCount, db.people.countDocuments());`,
  aggregation: `
    db.sales.insertMany(Array.from({length: 100}, (_, i) => ({_id: i, shop: i % 3, amount: i})));
    print(EJSON.stringify(db.sales.aggregate([{$group: {_id: '$shop', sum: {$sum: '$amount'}}}, {$sort: {_id: 1}}]).toArray()));
    print(db.sales.find().batchSize(7).toArray().length);`,
  'indexes and collections': `
    db.users.createIndex({name: 1}, {unique: true});
    db.users.insertOne({_id: 1, name: 'Ada'});
    try { db.users.insertOne({_id: 2, name: 'Ada'}) } catch (error) { print(error.code, error.message) }
    print(EJSON.stringify(db.users.getIndexes()));
    print(JSON.stringify(db.getCollectionNames()), db.users.renameCollection('people').ok, JSON.stringify(db.getCollectionNames()));
    print(db.people.drop(), db.people.drop());`,
  'a bulk write': `
    const result = db.things.bulkWrite([{insertOne: {document: {_id: 1}}}, {updateOne: {filter: {_id: 1}, update: {$set: {a: 1}}}},
      {replaceOne: {filter: {_id: 2}, replacement: {b: 1}, upsert: true}}, {deleteOne: {filter: {_id: 1}}}]);
    print(result.insertedCount, result.modifiedCount, result.upsertedCount, result.deletedCount);`,
  errors: `
    for (const command of [{nothing: 1}, {find: 1}, {insert: 'x'}, {aggregate: 'x', pipeline: [{$no: 1}], cursor: {}}]) {
      try { db.runCommand(command) } catch (error) { print(error.code, error.codeName, error.message) }
    }`,
};

describe.skipIf(mongosh === undefined)('mongosh', () => {
  let served: Served;
  let mongod: string;
  beforeAll(async () => {
    served = await serve();
    mongod = (await sharedMongod()).uri;
  });
  afterAll(() => served.close());

  const run = async (uri: string, database: string, script: string, ...more: readonly string[]) => {
    const url = new URL(uri);
    url.pathname = `/${database}`;
    const result = await runClient(mongosh!, url.toString(), '--quiet', '--norc', ...more, '--eval', script);
    return { ...result, stderr: result.code === 0 ? '' : result.stderr };
  };

  it('prints what it prints on mongod', async () => {
    const database = `mongosh_${process.pid}`;
    // One start for all, as that is what takes the time.
    const script = Object.entries(SCRIPTS)
      .map(([name, code]) => `print('# ${name}'); db.dropDatabase(); (() => {${code}})();`)
      .concat('db.dropDatabase();')
      .join('\n');
    const [ours, theirs] = await Promise.all([
      run(served.server.uri, database, script),
      run(mongod, database, script),
    ]);
    expect(theirs).toMatchObject({ code: 0 });
    expect(ours.stdout.split('# ')).toEqual(theirs.stdout.split('# '));
    expect(ours).toEqual(theirs);
  });

  it('uses branches as databases, and makes them', async () => {
    const script = `
      db.users.insertOne({_id: 1, name: 'Ada'});
      db.runCommand({argonCreateBranch: 'feature-x', from: 'main'});
      const feature = db.getSiblingDB('shop~feature-x');
      feature.users.updateOne({_id: 1}, {$set: {name: 'Grace'}});
      print(db.users.findOne().name, feature.users.findOne().name);
      print(JSON.stringify(db.adminCommand({listDatabases: 1, nameOnly: true}).databases.map(({name}) => name)));`;
    const { stdout, code } = await run(served.server.uri, 'shop', script);
    expect({ stdout, code }).toEqual({
      stdout: 'Ada Grace\n["shop","shop~feature-x"]\n',
      code: 0,
    });
  });
});
