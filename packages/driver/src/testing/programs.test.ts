import { sharedMongod } from '@argon/tools-mongod';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import { PROGRAMS } from './programs/index';
import { outcome } from './programs/outcome';
import type { Program } from './programs/program';
import { storeKinds, type StoreFixture } from './store-fixtures';

let serial = 0;

/** Runs a program in a database of its own. */
function outcomeOn(client: MongoClient, program: Program): Promise<string> {
  return outcome(client, program, `programs_${process.pid}_${++serial}`);
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
              if (wanted === undefined) expected.set(program, (wanted = await outcomeOn(mongod, program)));
              expect(await outcomeOn(client, program)).toBe(wanted);
            });
          }
        });
      }
    });
  }
});
