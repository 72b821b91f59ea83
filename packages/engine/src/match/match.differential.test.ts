import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mongodOrSkip } from '@argon/tools-mongod';
import { compareMatching } from './testing/match-cases';
import { differentialSeeds } from './testing/seeds';
import { Wire } from './testing/wire';

const mongod = await mongodOrSkip();

describe.skipIf(!mongod)('match: random cases on mongod and on Argon', () => {
  let wire: Wire;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: 'argon_differential_match' });
    wire.close();
  });

  it.each(differentialSeeds(10))('seed %i', async (seed) => {
    const database = 'argon_differential_match';
    const differences = await compareMatching({ wire, database, seed, documents: 60, filters: 300 });
    expect(differences).toEqual([]);
  });
});
