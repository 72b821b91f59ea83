import { DEFAULT_FLAGS, type Flags } from '@argon/branch';
import { standbyNameOf } from '@argon/branch/dual';
import { Command, formatAddress } from '@argon/engine';
import { NOBODY } from '@argon/wal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MigrationService } from '../migration/migration-service';
import { fillMain, openDualStage, type DualStage } from '../testing/dual-stage';

let flags: Flags;
let stage: DualStage;
let migration: MigrationService;
let stop: AbortController;
let dualWrite: Promise<void>;

beforeEach(async () => {
  flags = { ...DEFAULT_FLAGS, wal: true, newBranchesOnly: false, shadowReads: 100 };
  stage = await openDualStage(() => flags);
  await fillMain(stage);
  const { directory } = stage.dual.sides;
  migration = new MigrationService({ log: stage.log, directory }, () => flags);
  stop = new AbortController();
  await new Promise<void>((resolve, reject) => {
    const options = { signal: stop.signal, inStep: () => resolve() };
    dualWrite = migration.dualWrite('main', NOBODY, options);
    dualWrite.catch(reject);
  });
});
afterEach(async () => {
  stop.abort();
  await dualWrite;
  await stage.close();
});

const found = async () => {
  await stage.shadow.settled();
  return migration.shadowReads('main');
};
/** Writes to the log's side alone. */
const damage = (command: Readonly<Record<string, unknown>>) =>
  stage.log.handle(Command.from(command, formatAddress({ project: 'shop', branch: standbyNameOf('main') })), {
    connectionId: 1,
    actor: NOBODY,
  });

const READS = [
  { find: 'types' },
  { find: 'people', filter: { _id: { $gte: 10, $lt: 30 } }, sort: { n: 1 }, limit: 7 },
  { find: 'people', filter: { email: 'p7' }, limit: 1, singleBatch: true },
  { count: 'people', query: { n: 0 } },
  { distinct: 'people', key: 'n' },
  { aggregate: 'people', pipeline: [{ $group: { _id: '$n', of: { $push: '$_id' } } }], cursor: {} },
  { aggregate: 'people', pipeline: [{ $match: { n: 0 } }, { $limit: 5 }], cursor: {} },
];

it('asks both sides what a program reads, at one moment, however much is written meanwhile', async () => {
  let isDone = false;
  const writing = (async () => {
    for (let i = 0; !isDone; i++)
      await stage.run({ update: 'people', updates: [{ q: { _id: i % 500 }, u: { $inc: { n: 1 } } }] });
  })();
  for (let round = 0; round < 3; round++)
    for (const command of READS) {
      await stage.run(command);
      // So that none is let go because too many wait.
      await stage.shadow.settled();
    }
  isDone = true;
  await writing;
  await stage.run({ listIndexes: 'people' });
  await stage.run({ aggregate: 'people', pipeline: [{ $sample: { size: 2 } }], cursor: {} });
  const { same, different, skipped, differences } = await found();
  expect(differences).toEqual([]);
  expect({ same, different, skipped }).toEqual({ same: 21, different: 0, skipped: 1 });
});

it('finds what differs, keeps it for all to see, and the branch where it is', async () => {
  stop.abort();
  await dualWrite;
  await damage({ update: 'people', updates: [{ q: { _id: 7 }, u: { $set: { email: 'another' } } }] });
  await damage({ delete: 'people', deletes: [{ q: { _id: 8 }, limit: 1 }] });
  for (const command of READS) await stage.run(command);
  const tally = await found();
  expect(tally).toMatchObject({ branch: 'main', same: 4, skipped: 0 });
  expect(tally.differences.map(({ problem }) => problem).reverse()).toEqual([
    'mongod finds 1, the log 0',
    'mongod counts 500, the log 499',
    'mongod and the log find 1 each, and differ in number 1',
  ]);
  await expect(migration.migrate('main', NOBODY)).rejects.toMatchObject({
    code: 'ARGON_MIGRATE_SHADOW_READS',
    message: expect.stringContaining('of 7 reads that both sides were asked, 3 were answered differently'),
  });
  expect(await stage.type('main')).toBe('traditional');
  await migration.forgetShadowReads('main');
  expect((await migration.migrate('main', NOBODY)).verified?.equal).toBe(true);
  expect(await stage.documents('types')).not.toHaveLength(0);
});

it('asks as many as the flags say, and none of a branch without another side', async () => {
  flags = { ...flags, shadowReads: 0 };
  for (const command of READS) await stage.run(command);
  expect(await found()).toMatchObject({ same: 0, different: 0, skipped: 0 });
  flags = { ...flags, shadowReads: 100 };
  await stage.dual.branches.create('shop', 'feature', {}, NOBODY);
  await stage.run(READS[0]!, 'shop~feature');
  await stage.shadow.settled();
  expect(await migration.shadowReads('feature')).toMatchObject({ same: 0, different: 0, skipped: 0 });
});
