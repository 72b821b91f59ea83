import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStage, type Stage } from '../testing/checkout-stage';
import { verify } from '../verify/verify';
import { Checkout } from './checkout';
import type { Follower } from './follower';

let stage: Stage;
let stop: AbortController;
const followers: Follower[] = [];

beforeEach(async () => {
  stage = await openStage();
  stop = new AbortController();
  await stage.run({ insert: 'users', documents: [{ _id: 1, n: 1 }] });
});
afterEach(async () => {
  stop.abort();
  await Promise.allSettled(followers.splice(0).map(({ done }) => done));
  await stage.close();
});

const checkout = (leaseMs = 2000) =>
  new Checkout({ engine: stage.engine, project: 'shop', branch: 'main', site: stage.site, leaseMs });

function follow(signal = stop.signal): Follower {
  const follower = checkout().follow(signal);
  followers.push(follower);
  return follower;
}

const check = (at?: 'position') =>
  verify({ engine: stage.engine, project: 'shop', branch: 'main', site: stage.site, at });

it('keeps a site in step, commit by commit', async () => {
  const follower = follow();
  expect(follower.status).toEqual({ lsn: undefined, lagMs: 0, failing: undefined });
  await follower.caughtUpTo(await stage.head());
  for (let i = 2; i < 20; i++) {
    await stage.run({ insert: 'users', documents: [{ _id: i, n: i }] });
    if (i === 8)
      await stage.run({ createIndexes: 'users', indexes: [{ key: { n: 1 }, name: 'n', unique: true }] });
    if (i === 9) await stage.run({ renameCollection: 'shop.users', to: 'shop.people' }, 'admin');
    const head = await stage.head();
    await follower.caughtUpTo(head);
    expect(follower.status).toEqual({ lsn: head, lagMs: 0, failing: undefined });
    if (i % 6 === 0) expect((await check()).equal).toBe(true);
  }
  expect((await check()).equal).toBe(true);
  stop.abort();
  await follower.done;
  await expect(follower.caughtUpTo(1e9)).rejects.toThrow();
});

it('can be verified while others write, at the moment that it holds', async () => {
  const follower = follow();
  await follower.caughtUpTo(await stage.head());
  let isWriting = true;
  const writing = (async () => {
    for (let i = 2; isWriting; i++) {
      const updates = [{ q: { _id: i % 50 }, u: { $inc: { n: 1 } }, upsert: true }];
      await stage.run({ update: 'users', updates });
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  try {
    for (let round = 0; round < 5; round++) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(await check('position')).toMatchObject({ equal: true, atOneMoment: true });
    }
  } finally {
    isWriting = false;
    await writing;
  }
  await follower.caughtUpTo(await stage.head());
  expect((await check()).equal).toBe(true);
});

it('has a site to itself; a second one is told whose it is', async () => {
  const first = follow();
  await first.caughtUpTo(await stage.head());
  const second = follow();
  await expect(second.done).rejects.toMatchObject({ code: 'ARGON_MIGRATE_SITE_BUSY' });
  await expect(second.caughtUpTo(1)).rejects.toThrow(`process ${process.pid} on`);
  await expect(checkout().run()).rejects.toMatchObject({ code: 'ARGON_MIGRATE_SITE_BUSY' });
  stop.abort();
  await first.done;
  await checkout().run();
});

it('takes over from a process that died, and one that was taken for dead writes no more', async () => {
  const first = follow();
  await first.caughtUpTo(await stage.head());
  // As if it had been stopped for long: its time is over, and another one has come.
  await stage.database.db
    .collection<{ _id: string }>('argon_positions')
    .updateOne({ _id: '' }, { $set: { lease: { by: 'somebody', until: new Date(0) } } });
  const second = checkout().run();
  await stage.run({ insert: 'users', documents: [{ _id: 2 }] });
  await expect(first.done).rejects.toMatchObject({ code: 'ARGON_MIGRATE_SITE_LOST' });
  await second;
  await checkout().run();
  expect((await check()).equal).toBe(true);
});

it('ends with an error when its branch is deleted, and when mongod does not take a document', async () => {
  await stage.branches.create('shop', 'feature', { from: 'main' }, { user: '', app: '' });
  const target = { engine: stage.engine, project: 'shop', branch: 'feature', site: stage.site };
  const follower = new Checkout(target).follow(stop.signal);
  followers.push(follower);
  await follower.caughtUpTo(1);
  await stage.database.db.collection('users').createIndex({ n: 1 }, { unique: true });
  await stage.run({ insert: 'users', documents: [{ _id: 2, n: 1 }] }, 'shop~feature');
  await expect(follower.done).rejects.toMatchObject({
    code: 'ARGON_MIGRATE_SITE_REFUSED',
    data: { collection: 'users', id: '2', mongoCode: 11000 },
  });
  await stage.database.db.collection('users').dropIndexes();
  const again = new Checkout(target).follow(stop.signal);
  followers.push(again);
  await again.caughtUpTo(await stage.head('feature'));
  await stage.branches.delete('shop', 'feature', { user: '', app: '' });
  await expect(again.done).rejects.toMatchObject({ code: 'ARGON_WAL_BRANCH_NOT_FOUND' });
});

it('stops in the middle of a first copy and goes on', async () => {
  const documents = Array.from({ length: 2000 }, (_, i) => ({ _id: `x${i}`, n: i }));
  await stage.run({ insert: 'users', documents });
  await stage.run({ insert: 'archive', documents: documents.slice(0, 400) });
  const slow = {
    engine: stage.engine,
    project: 'shop',
    branch: 'main',
    site: stage.site,
    documentsPerSecond: 2000,
  };
  const signal = AbortSignal.timeout(700);
  await expect(new Checkout(slow).run({ watch: { signal } })).rejects.toThrow('aborted due to timeout');
  expect(await check('position').catch((error: Error) => error.message)).toContain(
    'being brought to another LSN',
  );
  await stage.run({ drop: 'archive' });
  await stage.run({ insert: 'users', documents: [{ _id: 2 }] });
  const started = performance.now();
  const report = await new Checkout({ ...slow, documentsPerSecond: 1000 }).run();
  expect(performance.now() - started).toBeGreaterThan((1000 * report.inserted) / 1000 - 600);
  expect(report.inserted).toBeLessThan(2002);
  expect((await check()).equal).toBe(true);
});
