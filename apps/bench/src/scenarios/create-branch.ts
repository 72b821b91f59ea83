import { Command, WalEngine, partialMatcher } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { WalBranchService } from '@argon/branch';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { join } from 'node:path';
import { latencyOf, type Latency } from '../report/latency';
import type { BenchOptions, Figure, Scenario } from './scenario';

const SIZES = [1_000, 150_000];
const ROUNDS = 3;
const ITERATIONS = 300;

/** A branch is a pointer: what it costs must not depend on how much lies behind it. */
export const createBranchScenario: Scenario = {
  name: 'create a branch',
  run: async (options) => [...(await onLmdb(options)), ...(await onMongodb(options))],
};

async function onLmdb(options: BenchOptions): Promise<Figure[]> {
  const opened: { size: number; store: Store; service: WalBranchService; close(): Promise<void> }[] = [];
  for (const size of SIZES) {
    options.progress(`create a branch: filling an LMDB store with ${size.toLocaleString('en')} documents`);
    const backing = await filledStore(`lmdb:${join(options.folder, `branches-${size}`)}`, size);
    opened.push({ size, ...backing });
  }
  // In turns, so that a machine whose speed drifts treats both sizes alike.
  const rounds = new Map<number, Latency[]>(SIZES.map((size) => [size, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { size, service } of opened) rounds.get(size)!.push(await measure(service, `r${round}`));
  }
  const figures: Figure[] = opened.map(({ size }) => ({
    scenario: createBranchScenario.name,
    name: `LMDB, durable, ${size.toLocaleString('en')} documents`,
    unit: 'ms',
    median: middle(rounds.get(size)!.map((each) => each.median)),
    p99: middle(rounds.get(size)!.map((each) => each.p99)),
    target: 1,
  }));
  figures.push({
    scenario: createBranchScenario.name,
    name: 'LMDB, 150,000 documents / 1,000 documents',
    unit: 'ratio',
    median: figures[1]!.median / figures[0]!.median,
    target: 1.3,
  });
  figures.push(await bytesPerBranch(opened[0]!.store, opened[0]!.service));
  for (const { close } of opened) await close();
  return figures;
}

async function onMongodb(options: BenchOptions): Promise<Figure[]> {
  if (options.mongodbUri === undefined) return [];
  options.progress('create a branch: filling a MongoDB store with 1,000 documents');
  const address = new URL(options.mongodbUri);
  address.pathname = `/argon_bench_${process.pid}`;
  const { service, close } = await filledStore(address.toString(), 1_000);
  const rounds: Latency[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(service, `r${round}`, 100));
  await close();
  return [
    {
      scenario: createBranchScenario.name,
      name: 'MongoDB, majority and journaled, 1,000 documents',
      unit: 'ms',
      median: middle(rounds.map((each) => each.median)),
      p99: middle(rounds.map((each) => each.p99)),
      target: 10,
    },
  ];
}

function measure(service: WalBranchService, prefix: string, iterations = ITERATIONS): Promise<Latency> {
  let n = 0;
  return latencyOf(() => service.create('bench', `${prefix}-${n++}`, {}, NOBODY), { iterations });
}

/** What the store grows by, branch for branch: enough of them that pages average out. */
async function bytesPerBranch(store: Store, service: WalBranchService): Promise<Figure> {
  const count = 20_000;
  const before = await store.size();
  const work = Array.from(
    { length: count },
    (_, i) => () => service.create('bench', `bytes-${i}`, {}, NOBODY),
  );
  for (let at = 0; at < work.length; at += 500)
    await Promise.all(work.slice(at, at + 500).map((create) => create()));
  return {
    scenario: createBranchScenario.name,
    name: `LMDB, store bytes per branch, over ${count.toLocaleString('en')} branches`,
    unit: 'bytes',
    median: ((await store.size()) - before) / count,
    target: 500,
  };
}

async function filledStore(address: string, documents: number) {
  const store = await openStore(address);
  const materializer = new Materializer(store, { partialMatcher });
  const engine = new WalEngine(store, materializer);
  const service = new WalBranchService(store, materializer);
  for (let at = 0; at < documents; at += 1_000) {
    const batch = Array.from({ length: Math.min(1_000, documents - at) }, (_, i) => ({
      _id: at + i,
      name: `document ${at + i}`,
      text: 'x'.repeat(340),
    }));
    const reply = await engine.handle(Command.from({ insert: 'documents', documents: batch }, 'bench'), {
      connectionId: 0,
      actor: NOBODY,
    });
    if (reply.get('n') !== batch.length) throw new Error(`Inserting failed: ${JSON.stringify([...reply])}`);
  }
  return {
    store,
    service,
    close: async () => {
      await engine.close();
      materializer.close();
      await store.close();
    },
  };
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
