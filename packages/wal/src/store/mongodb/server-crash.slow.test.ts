import { setTimeout as sleep } from 'node:timers/promises';
import { decodeDocument } from '@argon/bson';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyStore } from '../../log/verify';
import { commitOf, insertion } from '../../testing/drafts';
import { newProject, read } from '../../testing/fixture';
import type { DraftCommit } from '../../entry/entry';
import { StoreUnreachableError } from './errors';
import { openMongoStore } from './open';
import { KillableServer } from './testing/killable-server';

const KILLS = 4;
const WRITERS = 3;

let server: KillableServer;

beforeAll(async () => {
  server = await KillableServer.start();
});

afterAll(() => server.stop());

it('the server is killed again and again: no acknowledged commit is lost, none is written twice', async () => {
  const store = await openMongoStore(server.uri, { serverSelectionTimeoutMS: 60_000 });
  const { main } = await newProject(store);
  const acknowledged: string[] = [];
  let running = true;

  /** True if it was written. That the server was not reached means that it was not. */
  async function append(commit: DraftCommit): Promise<boolean> {
    try {
      const { lsn } = await store.head(main.id);
      return (await store.append({ branchId: main.id, after: lsn, commits: [commit] })).appended;
    } catch (error) {
      if (!(error instanceof StoreUnreachableError)) throw error;
      await sleep(100);
      return false;
    }
  }

  async function write(writer: number): Promise<void> {
    for (let n = 0; running; n++) {
      const name = `${writer}-${n}`;
      // Now and then a commit of several records.
      const pad = 'x'.repeat(n % 5 === 0 ? 30_000 : 100);
      const commit = commitOf(...[1, 2, 3].map((part) => insertion({ name, part, pad })));
      while (!(await append(commit)));
      acknowledged.push(name);
    }
  }

  const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  for (let kill = 0; kill < KILLS; kill++) {
    const before = acknowledged.length;
    while (acknowledged.length < before + 20) await sleep(20);
    await sleep(Math.random() * 200);
    await server.kill();
    server.run();
  }
  running = false;
  await writing;

  const names = (await read(store, main.id)).map(({ entries }) => {
    expect(entries).toHaveLength(3);
    return decodeDocument(entries[0]!.document!).get('name');
  });
  expect(new Set(names).size).toBe(names.length);
  expect([...names].sort()).toEqual([...acknowledged].sort());
  expect((await verifyStore(store)).problems).toEqual([]);
  await store.close();
});
