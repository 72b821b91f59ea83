import { mongodOrSkip } from '@argon/tools-mongod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Wire } from '../match/testing/wire';
import { KINDS } from './testing/kinds/all';
import { runKind, type OpenSides, type Report } from './testing/run';
import { settings } from './testing/settings';
import { argonSide, mongodSide } from './testing/sides';
import { totals } from './testing/totals';

/**
 * `ARGON_DIFFERENTIAL_CASES=5000000 ARGON_DIFFERENTIAL_SEED=7 npx vitest run --mode slow src/differential` runs others.
 * A failure names the command that plays its case again.
 */
const given = settings();
const shares = KINDS.reduce((sum, kind) => sum + kind.share, 0);
const WITHOUT_LIMIT = 24 * 3_600_000;

const mongod = await mongodOrSkip();

describe.skipIf(!mongod)(`random commands of seed ${given.seed} on mongod and on Argon`, () => {
  const reports: Report[] = [];
  const database = `differential_${process.pid}`;
  let wire: Wire;
  const open: OpenSides = async () => ({
    mongod: await mongodSide(wire, database),
    argon: await argonSide(database),
  });

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
  });

  afterAll(() => {
    wire.close();
    console.log(totals(given.seed, reports));
  });

  it.each(KINDS.map((kind) => [kind.name, kind] as const))(
    '%s: the same answers',
    async (_name, kind) => {
      const report = await runKind(kind, Math.ceil((given.cases * kind.share) / shares), given, open);
      reports.push(report);
      if (report.differences.length > 0) expect.fail(report.differences.join('\n\n'));
    },
    WITHOUT_LIMIT,
  );
});
