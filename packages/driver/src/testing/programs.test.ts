import { sharedMongod } from '@argon/tools-mongod';
import { EJSON } from 'bson';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import { PROGRAMS } from './programs/index';
import type { Program } from './programs/program';

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
  let folder: string;
  let uri: string;
  const expected = new Map<Program, string>();

  beforeAll(async () => {
    uri = (await sharedMongod()).uri;
    mongod = await new MongoClient(uri).connect();
    folder = await mkdtemp(join(tmpdir(), 'argon-programs-'));
  });

  afterAll(async () => {
    await mongod?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const options: MongoClientOptions = {};
  const stores: Record<string, () => string> = {
    memory: () => 'memory:',
    lmdb: () => `lmdb:${join(folder, 'store')}`,
    mongodb: () => {
      const address = new URL(uri);
      address.pathname = `/argon_programs_${process.pid}`;
      return address.toString();
    },
  };

  for (const [store, address] of Object.entries(stores)) {
    describe(`on the ${store} store`, () => {
      let client: ArgonClient;

      beforeAll(async () => {
        client = await new ArgonClient(address(), options).connect();
      });
      afterAll(async () => {
        await client?.close();
        if (store === 'mongodb') await mongod.db(`argon_programs_${process.pid}`).dropDatabase();
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
