import { encodeDocument, idKey } from '@argon/bson';
import { verifyStore, type Store } from '@argon/wal';
import { MongoClient } from 'mongodb';
import { builtProgram } from '@argon/tools-programs';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { differences } from '../testing/differences';
import { random, RandomWriter } from '../testing/random-writes';
import { openLog, openStage } from '../testing/stage';
import { Mirror } from './mirror';

const PROCESS = builtProgram(new URL('../testing/mirror-process.ts', import.meta.url));

/** Starts a mirroring process. */
function start(address: string, uri: string) {
  const child = spawn(process.execPath, [PROCESS, address, uri], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    until: async (word: string) => {
      while (!said.includes(word)) {
        if (child.exitCode !== null) throw new Error(errors);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    hasSaid: (word: string) => said.includes(word),
    kill: async () => {
      if (child.exitCode !== null) throw new Error(errors);
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** No version of a document is the same as the one before it: nothing was done twice. */
async function expectNoRepetition(store: Store, branchId: number): Promise<void> {
  const before = new Map<string, Uint8Array>();
  for await (const commits of store.commits(branchId, { after: 0 })) {
    for (const { operation, collection, documentId, document } of commits.flatMap(({ entries }) => entries)) {
      // What a collection had goes with it.
      if (operation === 'drop_collection' || operation === 'rename_collection') before.clear();
      if (operation !== 'insert' && operation !== 'update' && operation !== 'delete') continue;
      const key = `${collection}/${idKey(documentId)}`;
      const last = before.get(key);
      if (operation === 'insert') expect(last).toBeUndefined();
      if (operation === 'update' && last !== undefined) expect(Buffer.compare(last, document!)).not.toBe(0);
      if (document === null) before.delete(key);
      else before.set(key, document);
    }
  }
}

it.each([
  { what: 'documents', catalog: 0, seed: 10 },
  { what: 'documents, collections and indexes', catalog: 20, seed: 11 },
])(
  'a mirror that is killed at any point, while clients write $what, goes on and loses nothing',
  async ({ catalog, seed }) => {
    const folder = await mkdtemp(join(tmpdir(), 'argon-mirror-'));
    const address = `lmdb:${join(folder, 'log')}`;
    const stage = await openStage(address);
    await stage.log.close();
    const client = await new MongoClient(stage.uri).connect();
    try {
      for (const name of ['a', 'b', 'c', 'd', 'large']) {
        for (let from = 0; from < (name === 'large' ? 60_000 : 3000); from += 3000) {
          const documents = Array.from({ length: 3000 }, (_, i) =>
            encodeDocument({ _id: from + i, n: i % 100, unique: from + i, text: 'x'.repeat(200) }),
          );
          await stage.insert(name, documents);
        }
      }
      const stop = new AbortController();
      const pick = random(seed);
      const writers = Array.from(
        { length: 4 },
        (_, i) => new RandomWriter(client.db(), random(seed * 100 + i), catalog),
      );
      const writing = Promise.all(writers.map((writer) => writer.until(stop.signal)));
      const kills = { copying: 0, following: 0 };
      for (let i = 0; i < 10; i++) {
        const mirror = start(address, stage.uri);
        await mirror.until('open');
        // Some while they copy, some while they follow.
        if (i >= 6) await mirror.until('copied');
        await new Promise((resolve) => setTimeout(resolve, pick(i < 6 ? 250 : 1500)));
        kills[mirror.hasSaid('copied') ? 'following' : 'copying']++;
        await mirror.kill();
      }
      expect(kills.copying).toBeGreaterThan(1);
      expect(kills.following).toBeGreaterThan(2);

      const log = await openLog(address);
      const mirror = await Mirror.open({
        engine: log.engine,
        project: 'shop',
        branch: 'main',
        site: stage.site,
      });
      expect(await mirror.copy()).toMatchObject({ isRestarted: false });
      const end = new AbortController();
      const follows = mirror.follow(end.signal);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      stop.abort();
      await writing;
      await Promise.race([mirror.caughtUpTo(await mirror.now()), follows]);
      end.abort();
      await follows;
      expect(await differences(log, stage.site)).toEqual([]);
      await mirror.close();
      await expectNoRepetition(log.store, stage.main.id);
      expect((await verifyStore(log.store)).problems).toEqual([]);
      await log.close();
    } finally {
      await client.close();
      await stage.close();
      await rm(folder, { recursive: true });
    }
  },
);
