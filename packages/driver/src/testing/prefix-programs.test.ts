import { BranchDirectory, LegacyDatabase, PrefixHandler } from '@argon/branch/prefix';
import { sharedMongod } from '@argon/tools-mongod';
import { EJSON } from 'bson';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import { PROGRAMS } from './programs/index';
import type { Program } from './programs/program';

const BRANCHES = ['main', 'feature', 'feature_x'];
let serial = 0;

async function outcome(client: MongoClient, program: Program, name: string): Promise<string> {
  const db = client.db(name);
  try {
    const result = await program.run({ client, db });
    // The database's name is the one thing that must differ.
    return EJSON.stringify({ result }, undefined, 2, { relaxed: false }).replaceAll(name, 'DATABASE');
  } finally {
    await db.dropDatabase();
  }
}

describe('user programs do on a traditional branch what they do on MongoDB', () => {
  let mongod: MongoClient;
  let uri: string;

  beforeAll(async () => {
    ({ uri } = await sharedMongod());
    mongod = await new MongoClient(uri).connect();
  });
  afterAll(() => mongod?.close());

  /** Runs a program on a branch of a legacy database in which other branches hold collections of the same names. */
  async function onBranch(program: Program): Promise<string> {
    const project = `prefixed_${process.pid}_${++serial}`;
    const legacy = mongod.db(`${project}_legacy`);
    await legacy
      .collection('branches')
      .insertMany(BRANCHES.map((name) => ({ name, project_id: project, created_at: new Date() })));
    for (const name of ['main_users', 'main_items', 'feature_x_users', 'feature_x_orders', 'users']) {
      await legacy.collection<{ _id: string }>(name).insertOne({ _id: `${name} is another's` });
    }
    const address = new URL(uri);
    address.pathname = `/${legacy.databaseName}`;
    const database = await LegacyDatabase.open(address.toString());
    const client = await new ArgonClient(new PrefixHandler(new BranchDirectory(database, project))).connect();
    try {
      const result = await outcome(client, program, `${project}~feature`);
      const left = (await legacy.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
      expect(left.filter((name) => name !== 'system.views').sort()).toEqual([
        'branches',
        'feature_x_orders',
        'feature_x_users',
        'main_items',
        'main_users',
        'users',
      ]);
      return result;
    } finally {
      await client.close();
      await database.close();
      await legacy.dropDatabase();
    }
  }

  for (const [group, programs] of Object.entries(PROGRAMS)) {
    describe(group, () => {
      for (const program of programs) {
        it(program.name, async () => {
          const wanted = await outcome(mongod, program, `programs_p_${process.pid}_${++serial}`);
          expect(await onBranch(program)).toBe(wanted);
        });
      }
    });
  }
});
