import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyOf, type Figure } from '../figures/figure';
import { count } from '../figures/numbers';
import { gitPeer } from '../peers/git';
import { mongodPeer } from '../peers/mongod';
import type { Peers } from '../peers/peers';
import { load, thisMachine } from '../report/machine';
import { FORMAT, type Report } from '../report/report';
import { Fixtures } from '../subjects/fixtures';
import { Bench } from './bench';
import type { Chosen } from './choose';

export interface RunOptions {
  readonly quick: boolean;
  /** A replica set to use instead of one that is started for the run. */
  readonly mongodbUri?: string;
  /** Where stores are made; default the system's folder for temporary files. Everything in it is removed again. */
  readonly folder?: string;
  /** Called with a line for people who wait. */
  readonly say: (line: string) => void;
  /** Called after each scenario with what was found so far, so that a long run that is cut short is not lost. */
  readonly soFar: (report: Report) => Promise<void>;
  /** Ends the run after what is being measured. */
  readonly signal: AbortSignal;
}

/** Measures what was chosen, one after another. A scenario that fails is a figure that says so; the others go on. */
export async function runBench(chosen: readonly Chosen[], options: RunOptions): Promise<Report> {
  const startedAt = new Date().toISOString();
  const start = load();
  const peers: Peers = { mongod: await mongodPeer(options.mongodbUri), git: await gitPeer() };
  const folder = await mkdtemp(join(options.folder ?? tmpdir(), 'argon-bench-'));
  if (peers.mongod === undefined) options.say('There is no mongod on this machine: no figures beside it.');
  const figures: Figure[] = [];
  try {
    const machine = thisMachine(peers);
    const { quick } = options;
    const report = (): Report => {
      const finishedAt = new Date().toISOString();
      return { format: FORMAT, machine, startedAt, finishedAt, load: { start, end: load() }, quick, figures };
    };
    const fixtures = new Fixtures(join(folder, 'templates'));
    for (const [k, each] of chosen.entries()) {
      if (options.signal.aborted) break;
      const label = `[${k + 1}/${chosen.length}] ${each.scenario.name} on ${each.store} at ${count(each.size)}`;
      options.say(label);
      const from = performance.now();
      const own = join(folder, String(k));
      await mkdir(own);
      await measure(each, {
        folder: own,
        quick,
        peers,
        fixtures,
        record: (figure) => figures.push(figure),
        say: (line) => options.say(`${label}: ${line}`),
      });
      await rm(own, { recursive: true, force: true });
      options.say(`${label}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
      await options.soFar(report());
    }
    return report();
  } finally {
    await peers.mongod?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Surroundings = Omit<ConstructorParameters<typeof Bench>[0], 'scenario' | 'store' | 'size'>;

async function measure({ scenario, store, size }: Chosen, around: Surroundings): Promise<void> {
  const about = { scenario: scenario.name, store, size, name: scenario.title, subject: 'Argon' };
  if (store === 'mongodb' && around.peers.mongod === undefined) {
    const note = 'there is no mongod here';
    return around.record({ ...about, key: keyOf(about), kind: 'absent', why: 'no peer', note });
  }
  const bench = new Bench({ ...around, scenario: scenario.name, store, size });
  const failed = (error: unknown): void => {
    const note = error instanceof Error ? error.message : String(error);
    around.record({ ...about, key: keyOf(about), kind: 'absent', why: 'failed', note });
    around.say(`failed: ${error instanceof Error ? (error.stack ?? note) : note}`);
  };
  await scenario.run(bench).catch(failed);
  await bench.end().catch(failed);
}
