import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkout } from '../checkout/checkout';
import { plainSite } from '../site/site';
import { LegacyDatabase } from '@argon/branch/prefix';
import { differences } from '../testing/differences';
import { openStage, type Stage } from '../testing/stage';
import { verify } from '../verify/verify';
import type { Mirror } from './mirror';

interface Line {
  _id: number;
  text?: string;
}

let stage: Stage;
let mirror: Mirror | undefined;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await mirror?.close();
  mirror = undefined;
  await stage.close();
});

/** Follows until all that happened is on the branch, and compares. */
async function caughtUp(): Promise<readonly string[]> {
  const stop = new AbortController();
  const following = mirror!.follow(stop.signal);
  await mirror!.caughtUpTo(await mirror!.now());
  stop.abort();
  await following;
  return differences(stage.log, stage.site);
}

async function copied(): Promise<readonly string[]> {
  mirror = await stage.mirror();
  return (await mirror.copy()).notes;
}

const lines = (from: number, to: number): Line[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ _id: from + i, text: 'x'.repeat(100) }));

async function fill(): Promise<void> {
  const { db } = stage;
  await db.collection<Line>('lines').insertMany(lines(1, 20));
  await db.createCollection('even', { viewOn: 'lines', pipeline: [{ $match: { _id: { $mod: [2, 0] } } }] });
  await db.createCollection('alike', { viewOn: 'lines', pipeline: [], collation: { locale: 'en' } });
  const ring = await db.createCollection<Line>('ring', { capped: true, size: 4096, max: 5 });
  await ring.insertMany([...lines(11, 14), ...lines(1, 3)]);
  const sorted = await db.createCollection<Line>('sorted', {
    clusteredIndex: { key: { _id: 1 }, unique: true },
  });
  for (let at = 6000; at > 0; at -= 1000) await sorted.insertMany(lines(at - 999, at));
}

describe('views, capped and clustered collections', () => {
  it('are copied as they are', async () => {
    await fill();
    await stage.db.createCollection('series', { timeseries: { timeField: 'at' } });
    expect(await copied()).toEqual(['series is a time series, and was left out']);
    expect(await differences(stage.log, stage.site)).toEqual([]);
    const even = await stage.ask({ count: 'even' });
    expect(Number(even.get('n'))).toBe(10);
    const { time, lsn } = mirror!.shown;
    await stage.db.collection('series').drop();
    const report = await verify({
      engine: stage.log.engine,
      project: 'shop',
      branch: 'main',
      site: stage.site,
      at: { lsn },
      time,
    });
    expect(report.collections.filter(({ equal }) => !equal)).toEqual([]);
  });

  it('follow what is done to them', async () => {
    await fill();
    await copied();
    const { db } = stage;
    await db.command({ collMod: 'even', viewOn: 'lines', pipeline: [{ $limit: 1 }] });
    await db.collection('alike').drop();
    await db.createCollection('alike', { viewOn: 'ring', pipeline: [{ $project: { text: 1 } }] });
    const ring = db.collection<Line>('ring');
    for (const each of lines(30, 40)) await ring.insertOne(each);
    await ring.updateOne({ _id: 38 }, { $set: { text: 'short' } });
    await ring.deleteOne({ _id: 39 });
    await db.command({ collMod: 'ring', cappedMax: 3 });
    await ring.insertOne({ _id: 1 });
    await db.collection<Line>('sorted').deleteOne({ _id: 5 });
    expect(await caughtUp()).toEqual([]);
  });

  it('a collection becomes capped, one is copied into a capped one, and one becomes a view and back', async () => {
    await fill();
    await copied();
    const { db } = stage;
    await db.command({ convertToCapped: 'lines', size: 1024 });
    await db.command({ cloneCollectionAsCapped: 'sorted', toCollection: 'few', size: 2048 });
    await db.collection('sorted').drop();
    await db.createCollection('sorted', { viewOn: 'few', pipeline: [] });
    expect(await caughtUp()).toEqual([]);
    await db.collection('sorted').drop();
    await db.collection<Line>('sorted').insertMany(lines(1, 3));
    expect(await caughtUp()).toEqual([]);
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    expect(names).toContain('few');
  });

  it('what was deleted and put in again is the newest', async () => {
    await fill();
    await copied();
    const ring = stage.db.collection<Line>('ring');
    await ring.deleteOne({ _id: 14 });
    await ring.insertOne({ _id: 14, text: 'again' });
    await ring.updateOne({ _id: 14 }, { $set: { text: 'changed' } });
    expect(await caughtUp()).toEqual([]);
  });

  it('a capped collection is copied anew when everything is compared', async () => {
    await fill();
    await copied();
    await mirror!.close();
    const ring = stage.db.collection<Line>('ring');
    await ring.deleteMany({});
    await ring.insertMany([...lines(1, 3), ...lines(13, 14)]);
    mirror = await stage.mirror({ takeOver: true });
    await mirror.copy();
    expect(await differences(stage.log, stage.site)).toEqual([]);
  });

  it('a view with a stage that the log does not know is left out, and goes when it becomes one', async () => {
    await fill();
    const foreign = [
      { $set: { x: { $function: { body: 'function() { return 1; }', args: [], lang: 'js' } } } },
    ];
    await stage.db.createCollection('scripted', { viewOn: 'lines', pipeline: foreign });
    expect(await copied()).toEqual([expect.stringMatching(/^view 'scripted' was left out: .*\$function/)]);
    await stage.db.command({ collMod: 'even', viewOn: 'lines', pipeline: foreign });
    expect(await caughtUp()).toEqual([]);
    const reply = await stage.ask({ count: 'even' });
    expect(Number(reply.get('n'))).toBe(0);
  });
});

describe('a checkout', () => {
  it('makes them on another database, and keeps them in step', async () => {
    await fill();
    await copied();
    await mirror!.end();
    mirror = undefined;
    const url = new URL(stage.uri);
    url.pathname += '_out';
    const database = await LegacyDatabase.open(url.toString());
    try {
      const site = plainSite(database);
      const { engine } = stage.log;
      const checkout = new Checkout({ engine, project: 'shop', branch: 'main', site });
      await checkout.run();
      expect(await differences(stage.log, site)).toEqual([]);
      for (const _id of [50, 51, 52]) await stage.ask({ insert: 'ring', documents: [{ _id }] });
      await stage.ask({ collMod: 'even', viewOn: 'ring', pipeline: [] });
      await stage.ask({ delete: 'ring', deletes: [{ q: { _id: 51 }, limit: 1 }] });
      await stage.ask({ insert: 'ring', documents: [{ _id: 51 }] });
      await checkout.run();
      expect(await differences(stage.log, site)).toEqual([]);
      // Not known any more: written anew.
      await database.db.collection<Line>('ring').deleteOne({ _id: 50 });
      await database.db.collection<Line>('ring').insertOne({ _id: 50 });
      await checkout.run({ overwrite: true });
      expect(await differences(stage.log, site)).toEqual([]);
    } finally {
      await database.db.dropDatabase();
      await database.close();
    }
  });
});
