import { encodeDocument, Timestamp } from '@argon/bson';
import { startMongod } from '@argon/tools-mongod';
import { controlEntry, NOBODY, verifyStore } from '@argon/wal';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differences } from '../testing/differences';
import { everyType } from '@argon/wal/testing';
import { openStage, type Stage } from '../testing/stage';
import type { Mirror } from './mirror';
import { decodePosition, encodePosition } from './position';
import { mirrorStatus } from './recorded-mirror';

let stage: Stage;
const open: Mirror[] = [];

beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  for (const mirror of open.splice(0)) await mirror.close();
  expect((await verifyStore(stage.log.store)).problems).toEqual([]);
  await stage.close();
});

async function opened(...options: Parameters<Stage['mirror']>): Promise<Mirror> {
  const mirror = await stage.mirror(...options);
  open.push(mirror);
  return mirror;
}

/** Follows while a body runs, and until what it did has come. */
async function following(mirror: Mirror, body: () => Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  const follows = mirror.follow(stop.signal);
  try {
    await body();
    await Promise.race([mirror.caughtUpTo(await mirror.now()), follows]);
  } finally {
    stop.abort();
    await follows;
  }
}

/** The token of an event that the server's log does not have. */
async function unknownToken({ db }: Stage): Promise<Uint8Array> {
  const stream = db.watch();
  // It is opened when it is first asked, and begins then.
  await stream.tryNext();
  await db.collection('people').insertOne({ n: 5 });
  const { _data } = (await stream.next())._id as { _data: string };
  await stream.close();
  // Another collection's UUID.
  return encodeDocument({ _data: _data.replace(/(5A1004).{32}/, `$1${'0'.repeat(32)}`) });
}

const same = async () => expect(await differences(stage.log, stage.site)).toEqual([]);
const documents = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => encodeDocument({ _id: from + i, n: i, text: `text ${i}` }));

describe('a mirror', () => {
  it('copies every type byte for byte, with options and indexes, and names what it cannot', async () => {
    const { db } = stage;
    await stage.insert('types', everyType());
    await stage.insert('people', documents(0, 12_345));
    await db.collection('people').createIndex({ n: -1, text: 1 }, { name: 'by n' });
    await db.collection('people').createIndex({ text: 'text' }, { textIndexVersion: 2 });
    await db.createCollection('checked', { validator: { n: { $gt: 0 } }, validationLevel: 'moderate' });
    await db.collection('checked').insertOne({ n: -1 }, { bypassDocumentValidation: true });
    await db.collection('checked').createIndex({ n: 1 }, { unique: true });
    await db.createCollection('ring', { capped: true, size: 100_000 });
    await stage.insert('ring', documents(0, 10));
    await db.createCollection('folded', { collation: { locale: 'en', strength: 1 } });
    await db.collection<{ _id: string }>('folded').insertMany([{ _id: 'b' }, { _id: 'A' }, { _id: 'c' }]);
    await db.createCollection('clustered', { clusteredIndex: { key: { _id: 1 }, unique: true } });
    await stage.insert('clustered', documents(0, 10));
    await db.createCollection('empty');
    await db.createCollection('view', { viewOn: 'people', pipeline: [] });
    await db.createCollection('series', { timeseries: { timeField: 't' } });

    const mirror = await opened();
    const report = await mirror.copy();
    expect(report.documents).toBe(everyType().length + 12_345 + 1 + 10 + 3 + 10);
    expect(report.notes).toEqual([
      "index 'text_text' of 'people' was left out: Text indexes of version 2 are not supported",
      'series is a time series, and was left out',
    ]);
    await same();
    expect(mirror.status()).toMatchObject({ phase: 'following', documents: report.documents, events: 0 });
    expect(await mirror.copy()).toMatchObject({ documents: 0 });
  });

  it('follows documents, transactions, collections and indexes', async () => {
    const { db } = stage;
    await stage.insert('people', documents(0, 100));
    await db.collection('people').createIndex({ n: 1 }, { unique: true });
    const mirror = await opened();
    await mirror.copy();
    await following(mirror, async () => {
      const people = db.collection<{ _id: number; n: number }>('people');
      await people.updateMany({ n: { $lt: 10 } }, { $set: { x: 1 }, $unset: { text: '' } });
      await people.replaceOne({ _id: 50 }, { n: 1000 });
      await people.deleteMany({ n: { $gte: 90 } });
      // Values of a unique index change hands.
      await people.updateOne({ _id: 1 }, { $set: { n: 2000 } });
      await people.updateOne({ _id: 2 }, { $set: { n: 1 } });
      await people.updateOne({ _id: 1 }, { $set: { n: 2 } });
      const session = stage.database.client.startSession();
      await session.withTransaction(async () => {
        for (let i = 0; i < 300; i++) await people.insertOne({ _id: 5000 + i, n: 5000 + i }, { session });
        await db.collection('other').insertOne({ a: 1 }, { session });
      });
      await session.endSession();
      await people.createIndex({ x: 1 }, { name: 'x', sparse: true });
      await people.dropIndex('n_1');
      await db.command({ collMod: 'people', validator: { n: { $type: 'int' } }, validationAction: 'warn' });
      await db.createCollection('made', { validator: { a: 1 } });
      await db.collection('other').rename('another');
      await db.collection('another').insertOne({ b: 2 });
      await stage.insert('gone', documents(0, 5));
      await db.collection('gone').drop();
      await people.aggregate([{ $match: { n: { $gt: 20 } } }, { $out: 'out' }]).toArray();
      await stage.insert('types', everyType());
      await db.command({ collMod: 'people', index: { name: 'x', hidden: true } });
    });
    await same();
    expect(mirror.status().lagMs).toBeLessThan(5000);
    // A transaction is one commit.
    const sizes: number[] = [];
    for await (const commits of stage.log.store.commits(stage.main.id, { after: 0 }))
      sizes.push(
        ...commits.map(({ entries }) => entries.filter(({ operation }) => operation === 'insert').length),
      );
    expect(sizes.filter((size) => size >= 301)).toHaveLength(1);
  });

  it('goes on after the database was dropped', async () => {
    await stage.insert('people', documents(0, 10));
    const mirror = await opened();
    await mirror.copy();
    await following(mirror, async () => {
      await stage.db.dropDatabase();
      await stage.insert('people', documents(5, 10));
      await stage.db.dropDatabase();
      await stage.insert('pets', documents(0, 3));
    });
    await same();
  });

  it.each(['renamed', 'dropped'])('goes on after what it copies was %s between two chunks', async (how) => {
    await stage.insert('people', documents(0, 20_000));
    const mirror = await opened({ documentsPerSecond: 15_000 });
    let changing: Promise<unknown> | undefined;
    await mirror.copy({
      // While it waits to go on.
      progress: () => {
        const people = stage.db.collection('people');
        changing ??= how === 'renamed' ? people.rename('users') : people.drop();
      },
    });
    await changing;
    await following(mirror, async () => {});
    await same();
  });

  it('goes on where another one ended', async () => {
    await stage.insert('people', documents(0, 20_000));
    await stage.insert('pets', documents(0, 10));
    const stop = new AbortController();
    const first = await opened();
    let copied = 0;
    const progress = (n: number) => {
      copied += n;
      if (copied >= 10_000) stop.abort();
    };
    await expect(first.copy({ signal: stop.signal, progress })).rejects.toThrow();
    await first.close();
    expect(copied).toBe(10_000);
    await stage.db.collection('people').updateMany({ n: { $mod: [7, 0] } }, { $set: { changed: true } });
    await stage.db.collection('people').deleteMany({ n: { $mod: [11, 0] } });
    const left = await stage.db
      .collection<{ _id: number }>('people')
      .countDocuments({ _id: { $gte: 10_000 } });
    const second = await opened();
    const report = await second.copy();
    expect(report).toMatchObject({ documents: left + 10, isRestarted: false });
    await second.caughtUpTo(second.status().time);
    await following(second, async () => undefined);
    await same();
    await second.close();
    const third = await opened();
    expect(await third.copy()).toMatchObject({ documents: 0 });
    await following(third, () => stage.insert('people', documents(100_000, 1)));
    await same();
  });

  it('is kept by one process at a time, and shares its branch with nobody', async () => {
    await stage.insert('people', documents(0, 10));
    const mirror = await opened();
    await mirror.copy();
    await expect(stage.mirror()).rejects.toMatchObject({ code: 'ARGON_MIGRATE_MIRROR_BUSY' });
    await mirror.close();
    const other = { ...stage.site, location: 'mongodb://elsewhere/db' };
    await expect(stage.mirror({ site: other })).rejects.toMatchObject({
      code: 'ARGON_MIGRATE_MIRROR_TARGET',
    });
    await stage.ask({ insert: 'people', documents: [{ _id: 'own' }] });
    await expect(stage.mirror()).rejects.toThrow('commits of its own');
    await stage.log.store.createProject({ name: 'own', branchName: 'main', actor: NOBODY });
    expect((await differences(stage.log, stage.site))[0]).toContain('too many');
  });

  it('refuses a branch that somebody wrote to, also while it follows', async () => {
    const mirror = await opened();
    await mirror.copy();
    const stop = new AbortController();
    const follows = mirror.follow(stop.signal);
    await stage.ask({ insert: 'mine', documents: [{ _id: 1 }] });
    await stage.insert('people', documents(0, 1));
    const waits = mirror.caughtUpTo(new Timestamp({ t: 0xffffffff, i: 0 }));
    await Promise.all([
      expect(follows).rejects.toMatchObject({ code: 'ARGON_MIGRATE_MIRROR_TARGET' }),
      expect(waits).rejects.toMatchObject({ code: 'ARGON_MIGRATE_MIRROR_STOPPED' }),
    ]);
    await expect(mirror.close()).rejects.toMatchObject({ code: 'ARGON_MIGRATE_MIRROR_TARGET' });
    open.length = 0;
  });

  it('compares everything if the server’s log does not reach back to where it was', async () => {
    await stage.insert('people', documents(0, 100));
    const first = await opened();
    await first.copy();
    await first.close();
    const { store } = stage.log;
    const { source } = (await store.branchById(stage.main.id))!;
    const position = decodePosition(source!);
    const lost = encodePosition({ ...position, token: await unknownToken(stage) });
    const { lsn: after } = await store.head(stage.main.id);
    await store.append({
      branchId: stage.main.id,
      after,
      commits: [{ actor: NOBODY, entries: [controlEntry('modify_branch', {})] }],
      change: { source: lost },
    });
    await stage.db.collection('people').deleteMany({ n: { $lt: 10 } });
    await stage.db.collection('people').updateMany({ n: { $gt: 90 } }, { $set: { n: 0 } });
    const second = await opened();
    expect(await second.copy()).toMatchObject({ documents: 90, isRestarted: true });
    await same();
    await following(second, () => stage.insert('people', documents(1000, 3)));
    await same();
  });

  it('goes on after the server’s primary stepped down', async () => {
    const server = await startMongod();
    const away = await openStage('memory:', server.uri);
    try {
      await away.insert('people', documents(0, 100));
      const mirror = await away.mirror();
      await mirror.copy();
      await following(mirror, async () => {
        await away.insert('people', documents(100, 10));
        await mirror.caughtUpTo(await mirror.now());
        await away.db.admin().command({ replSetStepDown: 1, force: true });
        await away.db.collection<{ _id: number }>('people').insertOne({ _id: 1000 });
        await away.db.collection<{ _id: number }>('people').updateOne({ _id: 1000 }, { $set: { a: 1 } });
      });
      expect(await differences(away.log, away.site)).toEqual([]);
      await mirror.close();
    } finally {
      await away.close();
      await server.stop();
    }
  });

  it.each(['lmdb', 'mongodb'])('keeps its place in a store of kind %s', async (kind) => {
    const folder = await mkdtemp(join(tmpdir(), 'argon-mirror-'));
    const url = new URL(stage.uri);
    url.pathname += '_log';
    const kept = await openStage(kind === 'lmdb' ? `lmdb:${join(folder, 'log')}` : url.toString());
    try {
      await kept.insert('people', documents(0, 6000));
      await kept.insert('types', everyType());
      const first = await kept.mirror();
      await first.copy();
      await following(first, () => kept.db.collection('people').deleteMany({ n: { $lt: 3000 } }));
      const record = (await kept.log.store.branchById(kept.main.id))!;
      expect(mirrorStatus(record.source!)).toMatchObject({
        site: kept.site.location,
        phase: 'following',
        documents: 6000 + everyType().length,
        events: 3000,
        holder: { pid: process.pid },
      });
      await first.close();
      await kept.db.collection('people').updateMany({}, { $set: { later: true } });
      const second = await kept.mirror();
      expect(await second.copy()).toMatchObject({ documents: 0 });
      await following(second, async () => undefined);
      expect(second.status().events).toBe(6000);
      expect(await differences(kept.log, kept.site)).toEqual([]);
      await second.close();
      const { source } = (await kept.log.store.branchById(kept.main.id))!;
      expect(mirrorStatus(source!).holder).toBeUndefined();
    } finally {
      await kept.close();
      await stage.database.client.db(url.pathname.slice(1)).dropDatabase();
      await rm(folder, { recursive: true });
    }
  });
});
