import { DEFAULT_FLAGS, WalBranchService } from '@argon/branch';
import { standbyNameOf } from '@argon/branch/dual';
import { BranchDirectory, LegacyDatabase } from '@argon/branch/prefix';
import { partialMatcher, WalEngine } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { Mirror, prefixSite, verify, type Site } from '@argon/migrate';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import { TRADITIONAL_PROGRAMS } from './programs/traditional';
import { outcome } from './programs/outcome';

const PROJECT = `mirrored_${process.pid}`;
const STANDBY = standbyNameOf('feature');

describe('on a traditional branch that the log follows', () => {
  let mongod: MongoClient;
  let database: LegacyDatabase;
  let store: Store;
  let materializer: Materializer;
  let engine: WalEngine;
  let client: ArgonClient;
  let site: Site;
  let mirror: Mirror;
  let following: Promise<void>;
  const stop = new AbortController();
  /** Documents that were found the same on both sides. */
  let compared = 0;

  beforeAll(async () => {
    const { uri } = await sharedMongod();
    mongod = await new MongoClient(uri).connect();
    const address = new URL(uri);
    address.pathname = `/${PROJECT}_legacy`;
    database = await LegacyDatabase.open(address.toString());
    await database.db.collection('projects').insertOne({ name: PROJECT });
    // One whose prefix goes on from the other's: nothing of it may come along.
    const branches = ['main', 'feature', 'feature_x'];
    await database.db.collection('branches').insertMany(branches.map((name) => ({ name })));
    await database.db.collection('feature_x_items').insertOne({ n: 1 });
    store = await openStore('memory:');
    const main = standbyNameOf('main');
    await store.createProject({ name: PROJECT, branchName: main, actor: NOBODY });
    materializer = new Materializer(store, { partialMatcher });
    engine = new WalEngine(store, materializer);
    await new WalBranchService(store, materializer).create(PROJECT, STANDBY, { from: main }, NOBODY);
    const flags = { ...DEFAULT_FLAGS, wal: true };
    client = await new ArgonClient(store, { legacy: { uri: address.toString(), flags } }).connect();
    site = await prefixSite(new BranchDirectory(database, PROJECT), 'feature');
    mirror = await Mirror.open({ engine, project: PROJECT, branch: STANDBY, site });
    await mirror.copy();
    following = mirror.follow(stop.signal);
    following.catch(() => undefined);
  });
  afterAll(async () => {
    stop.abort();
    await following;
    await mirror?.close();
    await client?.close();
    await engine?.close();
    await materializer?.close();
    await store?.close();
    await database?.db.dropDatabase();
    await database?.close();
    await mongod?.close();
  });

  /** Both sides hold the same, to the byte, once all that was acknowledged has come across. */
  async function verifyBoth(): Promise<void> {
    await mirror.caughtUpTo(await mirror.now());
    const { time, lsn } = mirror.shown;
    const report = await verify({ engine, project: PROJECT, branch: STANDBY, site, at: { lsn }, time });
    expect(report.collections.filter(({ equal }) => !equal)).toEqual([]);
    expect(report.equal).toBe(true);
    compared += report.documents;
  }

  for (const [group, programs] of Object.entries(TRADITIONAL_PROGRAMS)) {
    describe(`user programs do what they do on MongoDB, and the log has it all: ${group}`, () => {
      for (const program of programs) {
        it(program.name, async () => {
          const wanted = await outcome(mongod, program, `${PROJECT}_plain`);
          expect(await outcome(client, program, `${PROJECT}~feature`, verifyBoth)).toBe(wanted);
          await verifyBoth();
        });
      }
    });
  }

  it('what was compared was something', () => {
    expect(compared).toBeGreaterThan(100);
    expect(mirror.status().events).toBeGreaterThan(compared);
  });
});
