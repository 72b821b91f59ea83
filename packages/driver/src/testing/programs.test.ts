import { sharedMongod } from '@argon/tools-mongod';
import { EJSON } from 'bson';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import { PROGRAMS } from './programs/index';
import type { Program } from './programs/program';
import { storeKinds, type StoreFixture } from './store-fixtures';

let serial = 0;

/** Runs a program in a database of its own and says what came of it, types and order exact. */
async function outcome(client: MongoClient, program: Program): Promise<string> {
  const name = `programs_${process.pid}_${++serial}`;
  const db = client.db(name);
  try {
    const result = await program.run({ client, db });
    // The database's name is the one thing that must differ.
    return EJSON.stringify({ result }, undefined, 2, { relaxed: false }).replaceAll(name, 'DATABASE');
  } finally {
    await db.dropDatabase();
  }
}

describe('user programs do on Argon what they do on MongoDB', () => {
  let mongod: MongoClient;
  const expected = new Map<Program, string>();

  beforeAll(async () => {
    mongod = await new MongoClient((await sharedMongod()).uri).connect();
  });
  afterAll(() => mongod?.close());

  for (const kind of storeKinds(async () => (await sharedMongod()).uri)) {
    describe(`on the ${kind.name} store`, () => {
      let store: StoreFixture;
      let client: ArgonClient;

      beforeAll(async () => {
        store = await kind.make();
        client = await new ArgonClient(store.address).connect();
      });
      afterAll(async () => {
        await client?.close();
        await store?.remove();
      });

      for (const [group, programs] of Object.entries(PROGRAMS)) {
        describe(group, () => {
          for (const program of programs) {
            it(program.name, async () => {
              let wanted = expected.get(program);
              if (wanted === undefined) expected.set(program, (wanted = await outcome(mongod, program)));
              expect(await outcome(client, program)).toBe(wanted);
            });
          }
        });
      }
    });
  }
});
