import { mongodOrSkip } from '@argon/tools-mongod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Wire } from '../match/testing/wire';
import { compareExpressions, type Difference } from './testing/expression-cases';
import { comparePipelines } from './testing/pipeline-cases';

/** `ARGON_SEEDS=5-20 npx vitest run …` runs others; a failure names the seed of its case. */
const [FIRST = 1, LAST = 4] = (process.env['ARGON_SEEDS'] ?? '1-4').split('-').map(Number);
const SEEDS = Array.from({ length: LAST - FIRST + 1 }, (_, i) => FIRST + i);
const EXPRESSIONS = 750;
const PIPELINES = 150;

const mongod = await mongodOrSkip();

describe.skipIf(!mongod)('aggregation, against mongod', () => {
  let wire: Wire;
  const database = `aggregate_differential_${process.pid}`;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
  });
  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
  });

  const describeFirst = (differences: readonly Difference[]) =>
    differences
      .slice(0, 5)
      .map(({ what, mongod, argon }) => `${what}\n  mongod: ${mongod}\n  argon:  ${argon}`);

  it.each(SEEDS)(`${EXPRESSIONS} random expressions of seed %i give what mongod gives`, async (seed) => {
    const differences = await compareExpressions({
      wire,
      database,
      seed,
      documents: 40,
      expressions: EXPRESSIONS,
    });
    expect(describeFirst(differences)).toEqual([]);
  });

  it.each(SEEDS)(`${PIPELINES} random pipelines of seed %i give what mongod gives`, async (seed) => {
    const differences = await comparePipelines({ wire, database, seed, documents: 15, pipelines: PIPELINES });
    expect(describeFirst(differences)).toEqual([]);
  });
});
