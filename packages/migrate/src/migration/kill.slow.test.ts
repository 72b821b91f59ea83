import { DEFAULT_FLAGS } from '@argon/branch';
import { verifyStore } from '@argon/wal';
import { builtProgram } from '@argon/tools-programs';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fillMain, openDualStage, type DualStage } from '../testing/dual-stage';

const PROCESS = builtProgram(new URL('../testing/migrate-process.ts', import.meta.url));
const BRANCHES = ['main', 'feature', 'other'] as const;
const PEOPLE = Number(process.env['ARGON_MIGRATE_DOCUMENTS'] ?? 5_000);
const KILLS = Number(process.env['ARGON_MIGRATE_KILLS'] ?? 10);
/** The longest that it may work between two kills, ms: a part of what the whole takes. */
const LONGEST = Number(process.env['ARGON_MIGRATE_KILL_MS'] ?? 700);

/** Runs the migrating process, and kills it after as long. @returns whether it came to its end before */
async function runAndKill(words: readonly string[], after: number): Promise<boolean> {
  const child = spawn(process.execPath, [PROCESS, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const opened = new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes('open')) resolve();
    });
  });
  await Promise.race([opened, ended]);
  const timer = setTimeout(() => child.kill('SIGKILL'), after);
  await ended;
  clearTimeout(timer);
  if (child.signalCode !== 'SIGKILL' && child.exitCode !== 0) throw new Error(errors);
  return said.includes('done');
}

/** Four writers on all branches, until told to stop; what was acknowledged. */
function startWriters(stage: DualStage) {
  let isDone = false;
  const inserted = new Map<string, string[]>(BRANCHES.map((branch) => [branch, []]));
  let longest = 0;
  const write = async (who: number) => {
    for (let i = 0; !isDone; i++) {
      const branch = BRANCHES[i % BRANCHES.length]!;
      const name = branch === 'main' ? 'shop' : `shop~${branch}`;
      const started = performance.now();
      const _id = `${who}-${i}`;
      await stage.run({ insert: 'log', documents: [{ _id, who, i }] }, name);
      inserted.get(branch)!.push(_id);
      const q = { _id: (i * 31 + who) % PEOPLE };
      await stage.run({ update: 'people', updates: [{ q, u: { $inc: { n: 1 } } }] }, name);
      longest = Math.max(longest, performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const writing = Promise.all([1, 2, 3, 4].map(write));
  // Told when it is stopped.
  writing.catch(() => undefined);
  return {
    inserted,
    stop: async () => {
      isDone = true;
      await writing;
      return longest;
    },
  };
}

/** Everything that was acknowledged is there, once, with its type; and nothing else. */
async function check(stage: DualStage, inserted: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const indexes = await stage.indexes('people');
  for (const [branch, ids] of inserted) {
    const name = branch === 'main' ? 'shop' : `shop~${branch}`;
    const count = async (collection: string, query = {}) =>
      Number((await stage.run({ count: collection, query }, name)).get('n'));
    expect(await count('log')).toBe(ids.length);
    for (let from = 0; from < ids.length; from += 1000) {
      const some = ids.slice(from, from + 1000);
      expect(await count('log', { _id: { $in: some }, i: { $type: 'int' } })).toBe(some.length);
    }
    expect(await count('people')).toBe(PEOPLE);
    let sum = 0;
    for (let n = 1, left = 1; left > 0; n++) {
      left = await count('people', { n: { $gte: n } });
      sum += left;
    }
    expect(sum).toBe(ids.length);
    expect(await stage.indexes('people', name)).toEqual(indexes);
    expect(await stage.documents('types', name)).toEqual(await stage.documents('types'));
  }
}

it('a migration that is killed at any point under load loses nothing and doubles nothing, and so back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'argon-migration-'));
  const address = `lmdb:${join(folder, 'log')}`;
  const flags = { ...DEFAULT_FLAGS, wal: true, newBranchesOnly: false };
  const stage = await openDualStage(() => flags, address);
  try {
    await fillMain(stage, PEOPLE);
    for (const branch of BRANCHES.slice(1)) {
      await stage.dual.branches.create('shop', branch, {}, { user: 'test', app: 'kill' });
    }
    const work = startWriters(stage);
    const kills = { wal: 0, traditional: 0 };
    for (const to of ['wal', 'traditional'] as const) {
      for (let kill = 0; kill < KILLS; kill++) {
        if (await runAndKill([address, stage.uri, to], 20 + Math.random() * LONGEST)) break;
        kills[to]++;
      }
      expect(await runAndKill([address, stage.uri, to], 300_000)).toBe(true);
      for (const branch of BRANCHES) expect(await stage.type(branch)).toBe(to);
    }
    const longest = await work.stop();
    if (process.env['ARGON_MIGRATE_DOCUMENTS'] !== undefined) {
      const writes = [...work.inserted.values()].map(({ length }) => 2 * length);
      console.log({ kills, writes, longestWriteMs: Math.round(longest) });
    }
    expect(Math.min(kills.wal, kills.traditional)).toBeGreaterThan(1);
    // Of a process that died with the fence up, whoever waits finds that out.
    expect(longest).toBeLessThan(29_000);
    await check(stage, work.inserted);
    expect(await runAndKill([address, stage.uri, 'wal'], 300_000)).toBe(true);
    await check(stage, work.inserted);
    expect((await verifyStore(stage.log.engine.store)).problems).toEqual([]);
  } finally {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  }
});
