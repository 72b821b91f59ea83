import { LegacyDatabase } from '@argon/branch/prefix';
import { Mirror, plainSite, verify } from '@argon/migrate';
import { inChild } from '../child/ask';
import type { JobResult } from '../child/jobs';
import { isInsert } from '../child/jobs/steady-writes';
import { indexPeople, loadPeople } from '../documents/load';
import type { Bench } from '../run/bench';
import { PROJECT } from '../subjects/argon';
import { Arrivals } from '../subjects/arrivals';
import type { Scenario } from './scenario';

const PER_SECOND = 500;
const SECONDS = 30;
/** Share of the time that is not counted, at the beginning. */
const WARMUP = 0.1;
const MOST_MS = 200;

/** How far a branch is behind the production database that it follows. */
export const mirrorLagScenario: Scenario = {
  name: 'mirror-lag',
  title: 'A branch behind the database that it mirrors',
  about: `A plain database of mongod with two indexes, to which another process writes ${PER_SECOND} documents a second, half of them new and half of them changed, for ${SECONDS} s. Lag: from mongod's acknowledgement until who follows the branch has it; and from before it was sent, which includes what mongod takes.`,
  stores: ['lmdb', 'mongodb'],
  sizes: { lmdb: [100_000], mongodb: [10_000] },
  run: async (bench) => {
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('lag', 'no peer', 'there is no mongod here');
    const { db, drop } = mongod.database();
    bench.finally(drop);
    await loadPeople(db, bench.size);
    await indexPeople(db);
    const address = mongod.address(db.databaseName);
    const database = await LegacyDatabase.open(address);
    bench.finally(() => database.close());
    const argon = await bench.empty();
    const site = plainSite(database);
    const mirror = await Mirror.open({ engine: argon.engine, project: PROJECT, branch: 'main', site });
    bench.finally(() => mirror.close());
    const began = performance.now();
    const { documents } = await mirror.copy();
    bench.value('first copy', '1/s', (documents / (performance.now() - began)) * 1000);

    const stop = new AbortController();
    const following = mirror.follow(stop.signal);
    // Whoever waits for it below hears of a failure.
    following.catch(() => undefined);
    const arrivals = new Arrivals(argon, mirror.shown.lsn, stop.signal);
    try {
      const seconds = bench.quick ? 3 : SECONDS;
      const writing = inChild('steadyWrites', { address, size: bench.size, perSecond: PER_SECOND, seconds });
      const written = await Promise.race([writing, following.then(() => writing)]);
      await Promise.race([mirror.caughtUpTo(await mirror.now()), following]);
      await arrivals.complete();
      report(bench, arrivals.at, written);
    } finally {
      stop.abort();
      await following;
    }
    const { time, lsn } = mirror.shown;
    const { engine } = argon;
    const { equal } = await verify({ engine, project: PROJECT, branch: 'main', site, at: { lsn }, time });
    if (!equal) throw new Error('The branch is not what the database is.');
  },
};

type Written = JobResult<'steadyWrites'>;

function report(bench: Bench, arrivals: ReadonlyMap<number, number>, written: Written): void {
  const { sent, acknowledged, perSecond } = written;
  const counted = sent.map((_, n) => n).slice(sent.length * WARMUP);
  // Of two changes of a document that come together, only the later one is seen; new ones all are.
  const lost = sent.findIndex((_, n) => isInsert(n) && !arrivals.has(n));
  if (lost >= 0) throw new Error(`Write ${lost} did not come.`);
  const seen = counted.filter((n) => arrivals.has(n));
  const since = (times: readonly number[]) => seen.map((n) => Math.max(0, arrivals.get(n)! - times[n]!));
  // A writer that was slower proves nothing.
  bench.value('writes', '1/s', perSecond, { subject: 'mongod', target: { least: 0.98 * PER_SECOND } });
  const took = counted.map((n) => acknowledged[n]! - sent[n]!);
  bench.distribution('sent to acknowledged', took, { subject: 'mongod' });
  bench.distribution('sent to seen', since(sent));
  for (const statistic of ['p50', 'p95', 'p99'] as const)
    bench.distribution(`lag, ${statistic}`, since(acknowledged), { statistic, target: { most: MOST_MS } });
}
