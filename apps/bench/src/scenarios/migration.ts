import { NOBODY } from '@argon/wal';
import { PEOPLE } from '../documents/load';
import { person, personId } from '../documents/person';
import { traditional, type Traditional } from '../peers/traditional';
import { openDual, type Dual } from '../subjects/dual';
import { changeScattered } from '../subjects/history';
import type { Scenario } from './scenario';

const CLAIMED_AT = 100_000;

interface Rates {
  /** Documents a second. */
  readonly migrate: number[];
  readonly copy: number[];
  readonly verify: number[];
  /** From the first write that has to wait to the end, ms. */
  readonly turn: number[];
  /** Documents a second, of going back to collections that are still there, and to none. */
  readonly back: Record<'kept' | 'dropped', number[]>;
}

/** Into the log, and back to prefixed collections. */
export const migrationScenario: Scenario = {
  name: 'migration',
  title: 'Migrate a traditional branch into the log, and back',
  about:
    'A collection with two indexes, into a new store each time: copied, verified, turned over, which includes the 1.2 s in which every process hears that writes have to wait. Back with one change: where the prefixed collections were kept, and are compared; and where they were dropped, and are written anew; verified too.',
  stores: ['lmdb', 'mongodb'],
  sizes: { lmdb: [CLAIMED_AT], mongodb: [CLAIMED_AT] },
  run: async (bench) => {
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('migrate', 'no peer', 'there is no mongod here');
    const legacy = await traditional(mongod, bench.size, true);
    bench.finally(legacy.close);
    const rates: Rates = { migrate: [], copy: [], verify: [], turn: [], back: { kept: [], dropped: [] } };
    const rounds = bench.quick ? 2 : 10;
    const started = performance.now();
    for (let round = 0; round < rounds && (round < 4 || performance.now() - started < 60_000); round++) {
      const dual = await openDual(bench.newAddress(), legacy.address);
      try {
        await forth(dual, bench.size, rates);
        await changeScattered(dual, 'main', [0]);
        const how = round % 2 === 0 ? 'kept' : 'dropped';
        if (how === 'dropped') await dual.migration.finish('main');
        const { turned, milliseconds } = await dual.migration.rollBack('main', NOBODY);
        if (!turned) throw new Error('The branch was not rolled back.');
        rates.back[how].push(perSecond(bench.size, milliseconds));
        await checkBack(legacy, bench.size, round + 1);
      } finally {
        await dual.close();
      }
    }
    const unit = { unit: '1/s' } as const;
    const target = { least: 10_000, size: CLAIMED_AT };
    bench.distribution('migrate, verify included', rates.migrate, { ...unit, target });
    bench.distribution('copy', rates.copy, unit);
    bench.distribution('verify', rates.verify, unit);
    bench.distribution('turn over', rates.turn);
    bench.distribution('roll back, collections kept', rates.back.kept, unit);
    bench.distribution('roll back, collections dropped', rates.back.dropped, unit);
  },
};

async function forth({ migration, db }: Dual, size: number, rates: Rates): Promise<void> {
  const at = new Map<string, number>();
  const step = (name: string): void => void at.set(name, performance.now());
  const { turned, verified, milliseconds } = await migration.migrate('main', NOBODY, { watch: { step } });
  const end = performance.now();
  const [copying, verifying, turning] = ['copying', 'verifying', 'turning'].map((name) => at.get(name)!);
  if (!turned || verified?.equal !== true) throw new Error('The branch was not migrated.');
  const found = await db().collection(PEOPLE).countDocuments();
  if (found !== size || verified.documents !== size)
    throw new Error(`${found} of ${size} documents are in the log, and ${verified.documents} were verified.`);
  rates.migrate.push(perSecond(size, milliseconds));
  rates.copy.push(perSecond(size, verifying! - copying!));
  rates.verify.push(perSecond(size, turning! - verifying!));
  rates.turn.push(end - turning!);
}

/** What was written to the log is in the prefixed collections. @param changes how often the first person was changed */
async function checkBack({ people }: Traditional, size: number, changes: number): Promise<void> {
  const collection = people('main');
  const found = await collection.countDocuments();
  if (found !== size) throw new Error(`${found} of ${size} documents came back.`);
  const first = await collection.findOne({ _id: personId(0) });
  if (first?.visits !== person(0).visits + changes) throw new Error('A change in the log did not come back.');
}

function perSecond(documents: number, ms: number): number {
  return (documents / ms) * 1000;
}
