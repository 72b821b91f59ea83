import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentLike } from '@argon/bson';
import { builtProgram } from '@argon/tools-programs';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { message, opMsg, opQuery, sequence } from './testing/raw-client';

const PROGRAM = new URL('./testing/serve-program.ts', import.meta.url);
const CONNECTIONS = 200;
const DURATION_MS = Number(process.env['ARGON_HOSTILE_SECONDS'] ?? 60) * 1000;
const MIB = 1024 * 1024;

interface Held {
  readonly held: number;
  readonly resident: number;
  readonly connections: number;
}

let child: ChildProcess;
let port: number;
beforeEach(async () => {
  child = fork(builtProgram(PROGRAM), { execArgv: ['--expose-gc'] });
  [{ port }] = (await once(child, 'message')) as [{ port: number }];
});
afterEach(async () => {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.send('end');
  await ended;
});

async function held(): Promise<Held> {
  child.send('memory');
  const [answer] = (await once(child, 'message')) as [Held];
  return answer;
}

const deep = (levels: number): DocumentLike => (levels === 0 ? {} : { a: deep(levels - 1) });
const bomb = Buffer.alloc(9 + 40);
bomb.writeInt32LE(2013, 0);
bomb.writeInt32LE(47_000_000, 4);
bomb[8] = 2;

/** What honest clients send, and what only others do. */
const MESSAGES: readonly Buffer[] = [
  opMsg({ hello: 1, $db: 'admin' }),
  opMsg({ find: 'x', filter: { a: { $gt: 1 }, b: /x/ }, sort: { a: 1 }, $db: 'hostile' }),
  opMsg({ insert: 'x', documents: [{ a: 'text', b: [1, { c: null }], d: new Date(0) }], $db: 'hostile' }),
  opMsg({ insert: 'x', $db: 'hostile' }, { more: sequence('documents', { a: 1 }, { b: 'x'.repeat(300) }) }),
  opMsg({ update: 'x', updates: [{ q: { a: 1 }, u: { $set: { 'b.0': 2 } }, upsert: true }], $db: 'hostile' }),
  opMsg({
    aggregate: 'x',
    pipeline: [{ $match: {} }, { $group: { _id: '$a', n: { $sum: 1 } } }],
    cursor: {},
    $db: 'hostile',
  }),
  opMsg({ find: 'x', filter: { $where: 'while (true) {}' }, $db: 'hostile' }),
  opMsg({ find: 'x', filter: { a: { $regex: '(a+)+$' } }, $db: 'hostile' }),
  opMsg({ find: '__proto__', filter: { constructor: 1, __proto__: { a: 1 } }, $db: 'hostile' }),
  opMsg({ getMore: 1n, collection: 'x', $db: 'hostile' }),
  opMsg({ saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: 'n,,n=x,r=y', $db: 'admin' }),
  opMsg({ hello: 1, client: { driver: 1 }, $db: 'admin' }, { flags: 1 << 16 }),
  opMsg({ insert: 'x', documents: [deep(190)], $db: 'hostile' }),
  opMsg({ ping: 1, $db: 'admin' }, { flags: 1, checksum: true }),
  opQuery('admin.$cmd', { isMaster: 1 }),
  message(2012, bomb),
  message(2013, Buffer.alloc(0)),
  message(2004, Buffer.from('x')),
];
/** Beginnings of messages that never end, as large as may be. */
const HUGE = Buffer.from([0, 0x6c, 0xdc, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0]);

const whole = fc.constantFrom(...MESSAGES);
const changed = fc
  .tuple(whole, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }))
  .map(([bytes, changes]) => {
    const copy = Buffer.from(bytes);
    // The length is mostly left as it is, or little of what follows would ever be read.
    for (const [at, byte] of changes)
      copy[at % 7 === 0 ? at % copy.length : 16 + (at % Math.max(1, copy.length - 16))] = byte;
    return copy;
  });
const cut = fc.tuple(whole, fc.nat()).map(([bytes, at]) => bytes.subarray(0, at % bytes.length));
const hostile = fc.oneof(
  { weight: 3, arbitrary: whole },
  { weight: 8, arbitrary: changed },
  { weight: 2, arbitrary: cut },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  },
  { weight: 1, arbitrary: fc.constant(HUGE) },
);

/** Sends what comes to hand, reads now and then, and hangs up when it likes. */
async function attack(seed: number, until: number, count: () => void): Promise<void> {
  let round = 0;
  while (performance.now() < until) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    if (seed % 5 === 0) socket.pause();
    else socket.resume();
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const sample = fc.sample(hostile, { numRuns: 30, seed: seed * 10_007 + round++ });
    for (const bytes of sample) {
      if (socket.destroyed || performance.now() > until) break;
      await sent(socket, bytes);
      count();
      await Promise.race([closed, sleep((seed + round) % 20)]);
    }
    socket.destroy();
    await closed;
  }
}

async function sent(socket: Socket, bytes: Buffer): Promise<void> {
  if (!socket.write(bytes))
    await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
}

it(
  'hostile clients get errors, and others do not notice',
  async () => {
    const client = await MongoClient.connect(`mongodb://127.0.0.1:${port}`);
    const things = client.db('honest').collection<{ _id: number; n: number }>('things');
    await things.insertOne({ _id: 0, n: 0 });
    await sleep(500);
    const before = await held();

    const until = performance.now() + DURATION_MS;
    let messages = 0;
    const attacks = Array.from({ length: CONNECTIONS }, (_, i) =>
      attack(i + 1, until, () => void (messages += 1)),
    );
    let honest = 0;
    while (performance.now() < until) {
      await things.updateOne({ _id: 0 }, { $inc: { n: 1 } });
      honest += 1;
      expect((await things.findOne({ _id: 0 }))?.n).toBe(honest);
    }
    await Promise.all(attacks);
    // Through the same connections as before: none of them was cut.
    expect((await things.findOne({ _id: 0 }))?.n).toBe(honest);
    expect(messages).toBeGreaterThan(CONNECTIONS * 10);
    expect(honest).toBeGreaterThan(10);

    // What was inserted by messages that happened to be right is all that may be left.
    await client.db('hostile').dropDatabase();
    let after = await held();
    // An honest client may have opened one or two more.
    const most = before.connections + 5;
    for (let tries = 0; after.connections > most && tries < 60; tries++) {
      await sleep(500);
      after = await held();
    }
    expect(after.connections).toBeLessThanOrEqual(most);
    console.log(
      `${messages} hostile messages, ${honest} honest updates; held ${before.held} → ${after.held} bytes`,
    );
    expect(after.held - before.held).toBeLessThan(150 * MIB);
    expect(child.exitCode).toBeNull();
    await client.close();
  },
  DURATION_MS + 300_000,
);
