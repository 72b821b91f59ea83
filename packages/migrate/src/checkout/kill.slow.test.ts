import { builtProgram } from '@argon/tools-programs';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStage, type Stage } from '../testing/checkout-stage';
import { verify } from '../verify/verify';
import { Checkout } from './checkout';

const PROGRAM = builtProgram(new URL('../testing/follow-program.ts', import.meta.url));
const KILLS = 10;

it('a follower that is killed at any moment under load loses nothing, and the next one goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'argon-kill-'));
  const address = `lmdb:${folder}`;
  const stage = await openStage(address);
  try {
    const documents = Array.from({ length: 3000 }, (_, i) => ({ _id: i, n: i, text: 'x'.repeat(300) }));
    await stage.run({ insert: 'users', documents });
    const index = { key: { n: 1 }, name: 'n', unique: true };
    await stage.run({ createIndexes: 'users', indexes: [index] });
    const load = new Load(stage);
    const writing = load.run();
    const caught: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      // Some in the midst of catching up, some while it is in step.
      const after = 100 + Math.floor(((kill * 7919) % KILLS) * 260);
      await followFor(address, stage.uri, after);
      const position = await stage.database.db.collection('argon_positions').findOne({});
      caught.push(Number(position?.['lsn'] ?? 0));
    }
    load.stop();
    await writing;
    // It came further from kill to kill; how often depends on how busy the machine is.
    expect(new Set(caught).size).toBeGreaterThan(2);
    const target = { engine: stage.engine, project: 'shop', branch: 'main', site: stage.site };
    await new Checkout({ ...target, leaseMs: 400 }).run();
    const report = await verify(target);
    expect(report.collections.filter(({ equal }) => !equal)).toEqual([]);
    expect(report).toMatchObject({ equal: true, lsn: await stage.head() });
    expect(load.writes).toBeGreaterThan(500);
  } finally {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 300_000);

/** Runs a follower and kills it so long after it began, ms. */
async function followFor(address: string, uri: string, ms: number): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, address, uri], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on('exit', (_, signal) => resolve(signal)),
  );
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill('SIGKILL');
  // It ran until it was killed.
  expect(await ended).toBe('SIGKILL');
}

/** Documents and collections that change all the time. */
class Load {
  writes = 0;
  #isStopped = false;

  constructor(private readonly stage: Stage) {}

  stop(): void {
    this.#isStopped = true;
  }

  async run(): Promise<void> {
    for (let i = 0; !this.#isStopped; i++) {
      await this.#write(i);
      this.writes += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async #write(i: number): Promise<void> {
    const { stage } = this;
    const set = (_id: number, n: number) => ({ q: { _id }, u: { $set: { n } } });
    const [a, b] = [(i * 31) % 3000, (i * 17 + 1) % 3000];
    if (i % 97 === 96) await this.#turnOver(i);
    else if (i % 5 === 0) {
      await stage.run({ update: 'users', updates: [{ q: { _id: a }, u: { $inc: { hits: 1 } } }] });
    } else if (i % 5 === 1 && a !== b) {
      // The two swap their values of the unique index.
      await stage
        .run({ update: 'users', updates: [set(a, -1), set(b, a), set(a, b)] })
        .catch(() => undefined);
    } else if (i % 5 === 2) {
      await stage.run({ delete: 'log', deletes: [{ q: { _id: { $lt: i - 200 } }, limit: 0 }] });
    } else await stage.run({ insert: 'log', documents: [{ _id: i, at: new Date() }] });
  }

  async #turnOver(i: number): Promise<void> {
    const { stage } = this;
    switch (Math.floor(i / 97) % 5) {
      case 0:
        await stage.run({ renameCollection: 'shop.log', to: `shop.log${i}` }, 'admin').catch(() => undefined);
        break;
      case 1:
        await stage
          .run({ createIndexes: 'log', indexes: [{ key: { at: 1 }, name: `at${i}` }] })
          .catch(() => undefined);
        break;
      case 2: {
        const head = await stage.head();
        await stage.branches.reset('shop', 'main', { lsn: head - 30 }, { user: '', app: '' });
        break;
      }
      case 3:
        await stage.run({ drop: 'log' }).catch(() => undefined);
        break;
      default:
        await stage.run({ update: 'users', updates: [{ q: {}, u: { $inc: { all: 1 } }, multi: true }] });
    }
  }
}
