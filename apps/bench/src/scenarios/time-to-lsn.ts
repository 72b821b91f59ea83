import { setTimeout as delay } from 'node:timers/promises';
import { distinct, randomSource } from '../documents/random';
import { sample } from '../sampling/race';
import { changeScattered } from '../subjects/history';
import type { Scenario } from './scenario';

/** More commits than this take longer to make than what they show is worth. */
const MOST_COMMITS = 100_000;
const AT_A_TIME = 1_000;

/** From a time to the commit that was the newest then. */
export const timeToLsnScenario: Scenario = {
  name: 'time-to-lsn',
  title: 'Time → LSN',
  about: `As many commits of one change each as the size, at most ${MOST_COMMITS.toLocaleString('en')}, on a store of that many documents; a random time among them each time.`,
  stores: ['lmdb'],
  sizes: { lmdb: [1_000, 100_000] },
  run: async (bench) => {
    const argon = await bench.filled();
    const branch = await argon.branchId();
    const marks: { time: number; lsn: number }[] = [];
    const commits = Math.min(bench.size, MOST_COMMITS);
    const step = Math.min(AT_A_TIME, Math.ceil(commits / 10));
    for (let at = 0; at < commits; at += step) {
      await changeScattered(argon, 'main', distinct(step, bench.size, at));
      marks.push({ time: Date.now(), lsn: await argon.head() });
      // So that the next commit is in another millisecond, and the mark has one answer.
      await delay(2);
    }
    const random = randomSource(bench.size);
    const first = marks[0]!.time;
    const last = marks.at(-1)!.time;
    let time = 0;
    const samples = await sample(
      {
        prepare: () => (time = first + random.below(last - first)),
        run: () => argon.materializer.lsnAtTime(branch, time),
        check: (lsn) => {
          const before = marks.findLast((mark) => mark.time <= time)!;
          const after = marks.find((mark) => mark.time > time)!;
          if (lsn < before.lsn || lsn > after.lsn) throw new Error(`${time} was taken for LSN ${lsn}.`);
        },
      },
      { samples: bench.samples(2_000) },
    );
    for (const mark of marks) {
      const lsn = await argon.materializer.lsnAtTime(branch, mark.time);
      if (lsn !== mark.lsn) throw new Error(`LSN ${mark.lsn} was the newest at ${mark.time}, not ${lsn}.`);
    }
    bench.distribution('time → LSN', samples, { target: { most: 0.1 } });
  },
};
