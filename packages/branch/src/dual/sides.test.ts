import { sharedMongod } from '@argon/tools-mongod';
import { Materializer } from '@argon/materializer';
import { WalEngine } from '@argon/engine';
import { openStore } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArgonHandler } from '../commands/argon-handler';
import { DEFAULT_FLAGS, type BranchType, type Flags } from '../flags/flags';
import { BranchDirectory } from '../prefix/service/branch-directory';
import { LegacyDatabase } from '../prefix/connection/legacy-database';
import type { Crossing } from './contract';
import { DualMode } from './dual-mode';
import { Fence } from './fence';

let stage: Awaited<ReturnType<typeof open>>;
let flags: Flags = DEFAULT_FLAGS;
/** Turns that were asked for; done by turning the record alone, as if there were nothing to carry over. */
let turns: string[];
let failing: Error | undefined;

async function open() {
  const url = new URL((await sharedMongod()).uri);
  url.pathname = `/argon_sides_${process.pid}_${Date.now()}`;
  const store = await openStore('memory:');
  const materializer = new Materializer(store);
  const log = new ArgonHandler(new WalEngine(store, materializer));
  const database = await LegacyDatabase.open(url.toString());
  await database.db.collection('projects').insertOne({ name: 'shop' });
  await database.db.collection('branches').insertMany([{ name: 'main' }, { name: 'x', use_wal: true }]);
  /** As another process would have it. */
  const directory = new BranchDirectory(database, 'shop', { refreshMs: 50 });
  const crossing: Crossing = {
    fork: async () => undefined,
    turn: async (branch: string, to: BranchType, returned: boolean) => {
      turns.push(`${branch} ${to}`);
      if (failing !== undefined) throw failing;
      const fence = await Fence.raise(directory, branch);
      await fence.turn(to, returned);
    },
    close: async () => undefined,
  };
  const failures: string[] = [];
  const dual = await DualMode.open({
    log,
    legacy: url.toString(),
    flags: () => flags,
    crossing: () => crossing,
    turnFailed: (branch, error) => failures.push(`${branch}: ${(error as Error).message}`),
    refreshMs: 50,
  });
  return {
    dual,
    directory,
    failures,
    record: async (name: string) => database.db.collection('branches').findOne({ name }),
    close: async () => {
      await dual.close();
      await log.close();
      await materializer.close();
      await store.close();
      await database.db.dropDatabase();
      await database.close();
    },
  };
}

beforeEach(async () => {
  flags = { ...DEFAULT_FLAGS, wal: true };
  turns = [];
  failing = undefined;
  stage = await open();
});
afterEach(() => stage.close());

describe('the side of a branch', () => {
  it('is what its record says, and known to all within the time that they may go by what they know', async () => {
    const { sides } = stage.dual;
    expect((await sides.of('main')).type).toBe('traditional');
    expect((await sides.of('x')).type).toBe('wal');
    const fence = await Fence.raise(stage.directory, 'x');
    await fence.turn('traditional', false);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await sides.of('x')).type).toBe('traditional');
  });

  it('is asked for anew while it is turned over, and writes wait', async () => {
    const { sides } = stage.dual;
    const fence = await Fence.raise(stage.directory, 'main');
    await fence.drained();
    expect((await sides.of('main')).record?.fence).toBeDefined();
    let turned = false;
    const writing = sides.forWriting('main').then((side) => {
      expect(turned).toBe(true);
      return side.type;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    turned = true;
    await fence.turn('wal', false);
    expect((await sides.of('main')).type).toBe('wal');
    expect(await writing).toBe('wal');
    await fence.lower();
    expect((await sides.now('main')).type).toBe('wal');
  });

  it('stays what it was if the turn is given up', async () => {
    const fence = await Fence.raise(stage.directory, 'main');
    await expect(Fence.raise(stage.directory, 'main')).rejects.toMatchObject({ code: 'ARGON_BRANCH_BUSY' });
    await fence.lower();
    expect((await stage.dual.sides.forWriting('main')).type).toBe('traditional');
    expect(await stage.record('main')).not.toHaveProperty('argon_fence');
    await expect(Fence.raise(stage.directory, 'nobody')).rejects.toMatchObject({
      code: 'ARGON_WAL_BRANCH_NOT_FOUND',
    });
  });

  it('cannot be turned by a process that was taken for dead', async () => {
    const fence = await Fence.raise(stage.directory, 'main');
    await stage.directory.records.updateOne({ name: 'main' }, { $unset: { argon_fence: 1 } });
    await expect(fence.check()).rejects.toMatchObject({ code: 'ARGON_BRANCH_BUSY' });
    await expect(fence.turn('wal', false)).rejects.toMatchObject({ code: 'ARGON_BRANCH_BUSY' });
    expect(await stage.record('main')).not.toHaveProperty('use_wal');
    await fence.lower();
  });
});

describe('flags', () => {
  it('take branches out of the log when it is turned off, and back when it is turned on', async () => {
    const { sides, branches } = stage.dual;
    await sides.of('x');
    expect(turns).toEqual([]);
    flags = { ...flags, wal: false };
    await stage.dual.settle();
    expect(turns).toEqual(['x traditional']);
    expect(await stage.record('x')).toMatchObject({ use_wal: false, argon_returned: true });
    expect((await branches.list('shop')).map(({ type }) => type)).toEqual(['traditional', 'traditional']);
    flags = { ...flags, wal: true };
    await stage.dual.settle();
    expect(turns).toEqual(['x traditional', 'x wal']);
    expect(await stage.record('x')).toMatchObject({ use_wal: true });
    expect(await stage.record('x')).not.toHaveProperty('argon_returned');
  });

  it('leave a branch where it is if it cannot be turned over, and say so', async () => {
    failing = new Error('no space');
    flags = { ...flags, wal: false };
    await stage.dual.sides.now('x');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(stage.failures).toEqual(['x: no space']);
    expect((await stage.dual.sides.now('x')).type).toBe('wal');
    // Not again at once.
    expect(turns).toEqual(['x traditional']);
  });
});
