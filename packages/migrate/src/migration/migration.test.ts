import { DEFAULT_FLAGS, type Flags } from '@argon/branch';
import { Double, stringifyEjson, type Doc } from '@argon/bson';
import { findBranch, NOBODY } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prefixSite } from '../site/site';
import { fillMain, openDualStage, type DualStage } from '../testing/dual-stage';
import { NoPositionError } from '../verify/errors';
import { verify } from '../verify/verify';
import { MigrationService } from './migration-service';

let flags: Flags;
let stage: DualStage;
let migration: MigrationService;

beforeEach(async () => {
  flags = { ...DEFAULT_FLAGS, wal: true, newBranchesOnly: false };
  stage = await openDualStage(() => flags);
  await fillMain(stage);
  const { directory } = stage.dual.sides;
  migration = new MigrationService({ log: stage.log, directory }, () => flags);
});
afterEach(async () => {
  expect(stage.failures).toEqual([]);
  await stage.close();
});

const phases = async () => (await migration.status()).map(({ branch, phase }) => `${branch} ${phase}`);

/** A view's pipeline that the log does not have. */
const SCRIPTED = [{ $set: { x: { $function: { body: 'function() { return 1; }', args: [], lang: 'js' } } } }];
const textOf = (reply: unknown) => stringifyEjson(reply as Doc);
let loads = 0;

/** Writes to branches until it is told to stop, and remembers what was acknowledged. */
function load(...branches: string[]) {
  let isDone = false;
  const load = ++loads;
  const acknowledged = new Map(branches.map((branch) => [branch, [] as string[]]));
  const write = async (who: number) => {
    for (let i = 0; !isDone; i++) {
      const branch = branches[i % branches.length]!;
      const _id = `${load}-${who}-${i}`;
      const name = branch === 'main' ? 'shop' : `shop~${branch}`;
      await stage.run({ insert: 'log', documents: [{ _id, who, i }] }, name);
      acknowledged.get(branch)!.push(_id);
      await stage.run({ update: 'people', updates: [{ q: { _id: i % 500 }, u: { $inc: { n: 1 } } }] }, name);
    }
  };
  const writers = [1, 2, 3, 4].map(write);
  return {
    acknowledged,
    stop: async () => {
      isDone = true;
      await Promise.all(writers);
    },
  };
}

describe('a migration', () => {
  it('takes branches into the log while they are written to, and back', { timeout: 120_000 }, async () => {
    await stage.dual.branches.create('shop', 'feature', {}, NOBODY);
    expect(await phases()).toEqual(['main traditional', 'feature traditional']);
    const work = load('main', 'feature');
    for (const branch of ['main', 'feature']) {
      const steps: string[] = [];
      const report = await migration.migrate(branch, NOBODY, {
        watch: { step: (step) => void steps.push(step) },
      });
      expect(report).toMatchObject({ branch, turned: true, verified: { equal: true } });
      expect(steps).toEqual(['copying', 'verifying', 'turning']);
      expect(await stage.type(branch)).toBe('wal');
    }
    expect(await phases()).toEqual(['main turned', 'feature turned']);
    expect((await migration.migrate('main', NOBODY)).turned).toBe(false);
    const [main, feature] = await stage.dual.branches.list('shop');
    // A child of main, of what differs.
    expect(feature).toMatchObject({ name: 'feature', parent: 'main' });
    expect(main).toMatchObject({ name: 'main', parent: null });

    for (const branch of ['main', 'feature']) {
      const report = await migration.rollBack(branch, NOBODY);
      expect(report).toMatchObject({ turned: true, verified: { equal: true } });
      expect(await stage.type(branch)).toBe('traditional');
    }
    await work.stop();
    for (const [branch, ids] of work.acknowledged) {
      const there = await stage.db.collection(`${branch}_log`).find().toArray();
      expect(there.map(({ _id }) => String(_id)).sort()).toEqual([...ids].sort());
      const sum = await stage.db
        .collection(`${branch}_people`)
        .aggregate<{ n: number }>([{ $group: { _id: null, n: { $sum: '$n' } } }])
        .next();
      expect(sum?.n).toBe(ids.length);
      expect(await stage.db.collection(`${branch}_people`).countDocuments()).toBe(500);
    }
    expect(await phases()).toEqual(['main copied', 'feature copied']);
    // Forth again, and for good.
    for (const branch of ['main', 'feature']) await migration.migrate(branch, NOBODY);
    const types = await stage.documents('types', 'shop~feature');
    for (const branch of ['feature', 'main']) await migration.finish(branch);
    expect(await phases()).toEqual([]);
    expect(await stage.documents('types')).toEqual(types);
    const left = await stage.db.listCollections({}, { nameOnly: true }).toArray();
    expect(left.filter(({ name }) => /^(main|feature)_/.test(name))).toEqual([]);
  });

  it('keeps both sides in step, whichever is served', { timeout: 60_000 }, async () => {
    const { log, dual } = stage;
    const inStep = async (use: () => Promise<unknown>) => {
      const stop = new AbortController();
      let ended!: Promise<void>;
      await new Promise<void>((resolve, reject) => {
        ended = migration.dualWrite('main', NOBODY, { signal: stop.signal, inStep: () => resolve() });
        ended.catch(reject);
      });
      await use();
      stop.abort();
      await ended;
    };
    const equal = async (branch: string, at?: 'position') => {
      const site = await prefixSite(dual.sides.directory, 'main');
      try {
        return (await verify({ engine: log.engine, project: 'shop', branch, site, at })).equal;
      } catch (error) {
        // Between two steps of a larger change, it holds no commit as a whole.
        if (error instanceof NoPositionError) return false;
        throw error;
      }
    };
    const until = async (isSo: () => Promise<boolean>) => {
      while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const work = load('main');
    await inStep(async () => {
      // Somebody else keeps it.
      await expect(migration.migrate('main', NOBODY)).rejects.toMatchObject({
        code: 'ARGON_MIGRATE_MIRROR_BUSY',
      });
      await work.stop();
      await until(() => equal('standby-main'));
    });
    expect(await phases()).toEqual(['main copied']);
    await migration.migrate('main', NOBODY);
    const more = load('main');
    await inStep(async () => {
      await expect(migration.finish('main')).rejects.toMatchObject({ code: 'ARGON_MIGRATE_SITE_BUSY' });
      await more.stop();
      await until(() => equal('main', 'position').then((isSo) => isSo && equal('main')));
    });
    expect((await migration.rollBack('main', NOBODY)).verified?.equal).toBe(true);
    await expect(
      migration.dualWrite('main', NOBODY, { signal: AbortSignal.abort(new Error('stopped')) }),
    ).resolves.toBeUndefined();
  });

  it('compares as of one moment, while nobody writes too', async () => {
    const { verified } = await migration.migrate('main', NOBODY);
    expect(verified).toMatchObject({ equal: true, atOneMoment: true });
  });

  it('tells of branches by the names that people know', async () => {
    await stage.dual.branches.create('shop', 'feature', { type: 'wal' }, NOBODY);
    await stage.dual.branches.create('shop', 'fork', { from: 'feature' }, NOBODY);
    expect(await stage.dual.branches.get('shop', 'feature')).toMatchObject({ type: 'wal', parent: 'main' });
    let busy: unknown;
    const again = () => migration.migrate('main', NOBODY).catch((error: unknown) => (busy = error));
    await migration.migrate('main', NOBODY, {
      watch: { step: async (step) => void (step === 'verifying' && (await again())) },
    });
    expect(busy).toMatchObject({ code: 'ARGON_MIGRATE_MIRROR_BUSY', data: { branch: 'main' } });
    for (const branch of ['main', 'feature', 'fork']) await migration.rollBack(branch, NOBODY);
    const parents = (await migration.status()).map(({ branch, parent }) => [branch, parent]);
    expect(parents).toEqual([
      ['main', null],
      ['feature', 'main'],
      ['fork', 'feature'],
    ]);
  });

  it('leaves nothing in the log of a branch that is deleted after it was rolled back', async () => {
    const { branches, sides } = stage.dual;
    const { store } = stage.log.engine;
    await branches.create('shop', 'feature', {}, NOBODY);
    for (const branch of ['main', 'feature']) await migration.migrate(branch, NOBODY);
    await branches.protect('shop', 'feature', true, NOBODY);
    await migration.rollBack('feature', NOBODY);
    expect(await findBranch(store, 'shop', 'standby-feature')).toBeTypeOf('object');
    await branches.protect('shop', 'feature', false, NOBODY).catch(() => undefined);
    await branches.delete('shop', 'feature', NOBODY);
    expect(await findBranch(store, 'shop', 'standby-feature')).toBe('no-branch');
    expect([...(await sides.directory.refresh()).branches.keys()]).toEqual(['main']);
    await branches.create('shop', 'feature', { type: 'traditional' }, NOBODY);
    await stage.run({ insert: 'people', documents: [{ _id: 'new', email: 'new' }] }, 'shop~feature');
    expect((await migration.migrate('feature', NOBODY)).verified?.equal).toBe(true);
  });

  it('takes views and capped collections along, and back', async () => {
    await stage.dual.branches.create('shop', 'feature', {}, NOBODY);
    const { db } = stage;
    const join = { $lookup: { from: 'feature_people', localField: 'n', foreignField: 'n', as: 'same' } };
    await db.createCollection('feature_view', { viewOn: 'feature_people', pipeline: [{ $limit: 1 }, join] });
    await db.createCollection('feature_other', { viewOn: 'main_people', pipeline: [] });
    await db.createCollection<{ _id: number }>('feature_ring', { capped: true, size: 4096, max: 3 });
    expect((await migration.plan(['feature']))[0]!.notes).toEqual([
      "view 'other' was left out: it reads 'main_people', which is not the branch's",
    ]);
    await db.collection('feature_other').drop();
    // It is written to all the time, and never read as it was at a moment.
    let isOver = false;
    const writing = (async () => {
      for (let n = 0; !isOver; n++) await stage.run({ insert: 'ring', documents: [{ n }] }, 'shop~feature');
    })();
    try {
      expect((await migration.migrate('feature', NOBODY)).verified?.equal).toBe(true);
    } finally {
      isOver = true;
      await writing;
    }
    expect(await stage.type('feature')).toBe('wal');
    const listed = await stage.run({ listCollections: 1, filter: { name: 'view' } }, 'shop~feature');
    expect(textOf(listed)).toContain('"viewOn":"people"');
    expect(textOf(listed)).toContain('"from":"people"');
    await stage.run({ insert: 'ring', documents: [{ n: 'last' }] }, 'shop~feature');
    expect((await migration.rollBack('feature', NOBODY)).verified?.equal).toBe(true);
    const [view] = await db.listCollections({ name: 'feature_view' }).toArray();
    expect(view).toMatchObject({ options: { viewOn: 'feature_people', pipeline: [{ $limit: 1 }, join] } });
    expect(await db.collection('feature_ring').find().toArray()).toHaveLength(3);
  });

  it('is planned, and refused where flags do not allow it', async () => {
    await stage.dual.branches.create('shop', 'feature', {}, NOBODY);
    await stage.db.createCollection('main_view', { viewOn: 'main_people', pipeline: [] });
    await stage.db.createCollection('main_scripted', { viewOn: 'main_people', pipeline: SCRIPTED });
    const plans = await migration.plan(undefined, 1000);
    expect(plans).toMatchObject([
      { branch: 'main', phase: 'traditional', allowed: true, collections: 2 },
      { branch: 'feature', parent: 'main', collections: 2, notes: [] },
    ]);
    expect(plans[0]!.notes).toEqual([expect.stringMatching(/^view 'scripted' was left out: /)]);
    expect(plans[0]!.documents).toBe(plans[1]!.documents);
    expect(plans[0]!.seconds).toBeCloseTo(plans[0]!.documents / 1000);
    expect(plans[0]!.bytes).toBeGreaterThan(0);
    await expect(migration.plan(['nobody'])).rejects.toMatchObject({ code: 'ARGON_WAL_BRANCH_NOT_FOUND' });
    flags = { ...flags, newBranchesOnly: true };
    expect((await migration.plan(['main']))[0]).toMatchObject({ allowed: false });
    await expect(migration.migrate('main', NOBODY)).rejects.toMatchObject({
      code: 'ARGON_MIGRATE_NOT_ALLOWED',
    });
    await expect(migration.finish('main')).rejects.toMatchObject({ code: 'ARGON_MIGRATE_STATE' });
  });

  it('does not turn a branch over whose sides differ', async () => {
    await stage.db.createCollection('main_scripted', { viewOn: 'main_people', pipeline: SCRIPTED });
    await expect(migration.migrate('main', NOBODY)).rejects.toMatchObject({
      code: 'ARGON_MIGRATE_DIFFERENCE',
      message: expect.stringContaining("'scripted'") as string,
    });
    expect(await stage.type('main')).toBe('traditional');
    expect(await phases()).toEqual(['main copied']);
    let copied = 0;
    const watch = { progress: (more: number) => (copied += more) };
    // What was copied is not copied again; but compared again, if that is wanted.
    await expect(migration.migrate('main', NOBODY, { verify: true, watch })).rejects.toThrow('differ');
    const verified = copied;
    await expect(migration.migrate('main', NOBODY, { anew: true, watch })).rejects.toThrow('differ');
    expect(copied - verified).toBe(2 * verified);
    expect((await migration.migrate('main', NOBODY, { leaveOut: true })).turned).toBe(true);
    // A copy that somebody damages while it is made: one number of another type.
    const people = stage.db.collection('main_people');
    const damage = async (step: string) => {
      if (step === 'verifying') await people.updateOne({ _id: 7 as never }, { $set: { n: new Double(0) } });
    };
    const damaged = migration.rollBack('main', NOBODY, { leaveOut: true, watch: { step: damage } });
    await expect(damaged).rejects.toMatchObject({ code: 'ARGON_MIGRATE_DIFFERENCE' });
    expect(await stage.type('main')).toBe('wal');
    await people.updateOne({ _id: 7 as never }, { $set: { n: 0 } });
    expect((await migration.rollBack('main', NOBODY, { leaveOut: true })).turned).toBe(true);
  });
});
