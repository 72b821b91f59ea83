import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mongodOrSkip } from '@argon/tools-mongod';
import { compareMatching, comparePatterns, compareSchemas } from './testing/match-cases';
import { differentialSeeds } from './testing/seeds';
import { Wire } from './testing/wire';

const mongod = await mongodOrSkip();
const database = 'argon_differential_match';

describe.skipIf(!mongod)('random filters on mongod and on Argon', () => {
  let wire: Wire;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
  });

  it.each(differentialSeeds(10))('all operators, seed %i', async (seed) => {
    expect(await compareMatching({ wire, database, seed, documents: 60, filters: 300 })).toEqual([]);
  });

  it.each(differentialSeeds(3))('$jsonSchema, seed %i', async (seed) => {
    expect(await compareSchemas({ wire, database, seed, documents: 60, filters: 200 })).toEqual([]);
  });

  it.each(differentialSeeds(3))('$regex, seed %i', async (seed) => {
    expect(await comparePatterns({ wire, database, seed, documents: 60, filters: 300 })).toEqual([]);
  });
});
