import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtProgram } from '@argon/tools-programs';
import { MongoClient, type CommandStartedEvent } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';

const PROGRAM = builtProgram(new URL('./testing/serve-store.ts', import.meta.url));
const CLIENTS = 6;
const KILLS = 8;
/** Writes of each client between two kills: so what was under way at one is through before the next. */
const BETWEEN = 4;

interface Item {
  _id: string;
  n?: number;
}

let folder: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-retries-'));
});
afterEach(async () => {
  await kill();
  await rm(folder, { recursive: true, force: true });
});

/** @returns the port */
async function start(port: number): Promise<number> {
  // Somebody else may have been given the port for a moment.
  for (let attempt = 1; ; attempt++) {
    child = fork(PROGRAM, [`lmdb:${folder}`, String(port)]);
    const said = once(child, 'message').then(([message]) => message as { port: number });
    const ended = once(child, 'exit').then(([code]) => Number(code));
    const first = await Promise.race([said, ended]);
    if (typeof first === 'object') return first.port;
    if (attempt === 20) throw new Error(`The server ended with ${first}`);
    await new Promise((resolve) => setTimeout(resolve, 100 * attempt));
  }
}

async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Writes of one client, one after the other, of every kind that drivers send again. */
class Writer {
  /** What was acknowledged. */
  done = 0;
  inserted = 0;
  /** How many commands were sent a second time. */
  retried = 0;

  constructor(
    private readonly client: MongoClient,
    private readonly name: string,
  ) {
    const sent = new Set<string>();
    client.on('commandStarted', ({ command }: CommandStartedEvent) => {
      const { txnNumber } = command as { txnNumber?: unknown };
      if (txnNumber === undefined) return;
      const key = JSON.stringify([command['lsid'], String(txnNumber)]);
      if (sent.has(key)) this.retried += 1;
      sent.add(key);
    });
  }

  async until(signal: AbortSignal): Promise<void> {
    const { name } = this;
    const db = this.client.db('shop');
    const [counters, items] = [db.collection<Item>('counters'), db.collection<Item>('items')];
    while (!signal.aborted) {
      const { done } = this;
      const id = `${name}-${done}`;
      switch (done % 4) {
        case 0:
          await counters.updateOne({ _id: name }, { $inc: { n: 1 } }, { upsert: true });
          break;
        case 1:
          await items.insertOne({ _id: id });
          this.inserted += 1;
          break;
        case 2: {
          const found = await counters.findOneAndUpdate(
            { _id: name },
            { $inc: { n: 1 } },
            { returnDocument: 'after' },
          );
          // An answer to what was done before the kill is the answer of then.
          expect(found!.n).toBe(this.counted + 1);
          break;
        }
        default: {
          const ids = ['a', 'b', 'c'].map((part) => ({ _id: `${id}-${part}` }));
          const { insertedCount, modifiedCount } = await items.bulkWrite([
            ...ids.map((document) => ({ insertOne: { document } })),
            { updateOne: { filter: { _id: `${id}-b` }, update: { $inc: { n: 1 } } } },
          ]);
          expect([insertedCount, modifiedCount]).toEqual([3, 1]);
          this.inserted += 3;
        }
      }
      this.done += 1;
    }
  }

  /** What its counter is to be. */
  get counted(): number {
    return Math.floor((this.done + 3) / 4) + Math.floor((this.done + 1) / 4);
  }
}

it('each write of clients is there once, though the server is killed in the midst of them', async () => {
  const port = await start(0);
  // A driver whose monitor is the first to find the server gone does not try a write again (its connection is "stale" then),
  // and leaves open whether it was done: here the write that is under way always finds it first.
  const monitor = 'serverMonitoringMode=poll&heartbeatFrequencyMS=300000';
  const uri = `mongodb://127.0.0.1:${port}/?serverSelectionTimeoutMS=300000&${monitor}`;
  const clients = Array.from({ length: CLIENTS }, () => new MongoClient(uri, { monitorCommands: true }));
  const writers = clients.map((client, i) => new Writer(client, `client ${i}`));
  const stop = new AbortController();
  const writing = Promise.all(writers.map((writer) => writer.until(stop.signal)));
  const failed = writing.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  try {
    for (let i = 0; i < KILLS; i++) {
      const goals = writers.map(({ done }) => done + BETWEEN);
      while (writers.some(({ done }, at) => done < goals[at]!)) {
        const ended = await Promise.race([
          failed,
          new Promise<'on'>((resolve) => setTimeout(resolve, 5, 'on')),
        ]);
        if (ended !== 'on' && ended !== undefined) throw ended.error;
      }
      await kill();
      await start(port);
    }
    stop.abort();
    await writing;
    const db = clients[0]!.db('shop');
    const counters = await db.collection<Item>('counters').find().sort({ _id: 1 }).toArray();
    expect(counters).toEqual(writers.map((writer, i) => ({ _id: `client ${i}`, n: writer.counted })));
    const items = await db.collection<Item>('items').find().toArray();
    expect(items).toHaveLength(writers.reduce((sum, { inserted }) => sum + inserted, 0));
    expect(items.filter(({ _id, n }) => n !== (_id.endsWith('-b') ? 1 : undefined))).toEqual([]);
    // A command that was under way when the server was killed, of one client at least each time.
    expect(writers.reduce((sum, { retried }) => sum + retried, 0)).toBeGreaterThan(0);
  } finally {
    stop.abort();
    await Promise.all(clients.map((client) => client.close()));
  }
});
