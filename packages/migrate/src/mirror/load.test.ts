import { encodeDocument } from '@argon/bson';
import { BranchDirectory } from '@argon/branch/prefix';
import { verifyStore, NOBODY } from '@argon/wal';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prefixSite } from '../site/site';
import { differences } from '../testing/differences';
import { random, RandomWriter } from '../testing/random-writes';
import { openStage, type Stage } from '../testing/stage';

let stage: Stage;
let client: MongoClient;

beforeEach(async () => {
  stage = await openStage();
  client = await new MongoClient(stage.uri).connect();
});
afterEach(async () => {
  expect((await verifyStore(stage.log.store)).problems).toEqual([]);
  await client.close();
  await stage.close();
});

/** Writes to mongod from several clients until stopped. */
function underLoad(seed: number, catalog: number, prefix = '') {
  const stop = new AbortController();
  const writers = Array.from(
    { length: 4 },
    (_, i) => new RandomWriter(client.db(), random(seed + i), catalog, prefix),
  );
  const done = Promise.all(writers.map((writer) => writer.until(stop.signal)));
  return async () => {
    stop.abort();
    await done;
    return writers.reduce((sum, { writes }) => sum + writes, 0);
  };
}

async function fill(prefix = ''): Promise<void> {
  for (const name of ['a', 'b', 'c', 'd']) {
    await stage.insert(
      prefix + name,
      Array.from({ length: 3000 }, (_, i) =>
        encodeDocument({ _id: i % 3 === 0 ? `id ${i}` : i, n: i % 100, unique: i }),
      ),
    );
  }
}

it.each([
  { what: 'documents', seed: 1, catalog: 0 },
  { what: 'documents and collections', seed: 2, catalog: 30 },
  { what: 'documents and collections', seed: 3, catalog: 100 },
])(
  'what several clients write to $what (seed $seed) while it copies and follows comes out the same',
  async ({ seed, catalog }) => {
    await fill();
    const end = underLoad(seed, catalog);
    const mirror = await stage.mirror({ documentsPerSecond: 6000 });
    await mirror.copy();
    const stop = new AbortController();
    const follows = mirror.follow(stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await end()).toBeGreaterThan(100);
    await Promise.race([mirror.caughtUpTo(await mirror.now()), follows]);
    stop.abort();
    await follows;
    expect(await differences(stage.log, stage.site)).toEqual([]);
    await mirror.close();
  },
);

it('branches under prefixes each have a mirror of their own', async () => {
  const { database, log } = stage;
  const branches = ['x', 'x_y'];
  await database.db.collection('branches').insertMany(branches.map((name) => ({ name })));
  for (const name of branches) await fill(`${name}_`);
  const directory = new BranchDirectory(database, 'shop');
  const sites = await Promise.all(branches.map((name) => prefixSite(directory, name)));
  const ends = branches.map((name, i) => underLoad(20 + i, 20, `${name}_`));
  const mirrors = [];
  for (const [i, site] of sites.entries()) {
    await log.store.createBranch({
      projectId: stage.main.projectId,
      name: branches[i]!,
      parentId: stage.main.id,
      baseLsn: stage.main.headLsn,
      actor: NOBODY,
    });
    mirrors.push(await stage.mirror({ site, branch: branches[i]! }));
  }
  const stop = new AbortController();
  const follows = mirrors.map(async (mirror) => {
    await mirror.copy();
    await mirror.follow(stop.signal);
  });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  for (const end of ends) expect(await end()).toBeGreaterThan(50);
  await Promise.race([
    Promise.all(mirrors.map(async (mirror) => mirror.caughtUpTo(await mirror.now()))),
    Promise.all(follows),
  ]);
  stop.abort();
  await Promise.all(follows);
  for (const [i, site] of sites.entries()) expect(await differences(log, site, branches[i])).toEqual([]);
  for (const mirror of mirrors) await mirror.close();
});

it('a comparison finds what changed without being told, and costs nothing for the rest', async () => {
  await fill();
  const first = await stage.mirror();
  await first.copy();
  await first.close();
  await stage.db.collection<{ _id: number | string }>('a').deleteMany({ n: { $lt: 50 } });
  await stage.db.collection('b').updateMany({ n: 5 }, { $set: { changed: true } });
  await stage.db.collection('c').drop();
  await stage.insert('e', [encodeDocument({ _id: 1 })]);
  // A fork without commits of its own is compared with another site of the same content.
  const { store } = stage.log;
  const { lsn } = await store.head(stage.main.id);
  const fork = await store.createBranch({
    projectId: stage.main.projectId,
    name: 'fork',
    parentId: stage.main.id,
    baseLsn: lsn,
    actor: NOBODY,
  });
  const second = await stage.mirror({ branch: 'fork' });
  expect(await second.copy()).toMatchObject({ isRestarted: false });
  expect(await differences(stage.log, stage.site, 'fork')).toEqual([]);
  const counts: Record<string, number> = {};
  for await (const commits of store.commits(fork.id, { after: lsn })) {
    for (const { operation } of commits.flatMap(({ entries }) => entries))
      counts[operation] = (counts[operation] ?? 0) + 1;
  }
  expect(counts).toEqual({
    delete: 1500,
    update: 30,
    insert: 1,
    create_collection: 1,
    drop_collection: 1,
    modify_branch: expect.any(Number) as number,
  });
  await second.close();
});
