import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mongodOrSkip } from '@argon/tools-mongod';
import { compareSorts } from '../match/testing/sort-cases';
import { differentialSeeds } from '../match/testing/seeds';
import { Wire } from '../match/testing/wire';

const mongod = await mongodOrSkip();

describe.skipIf(!mongod)('sort: random cases on mongod and on Argon', () => {
  let wire: Wire;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: 'argon_differential_sort' });
    wire.close();
  });

  it.each(differentialSeeds(8))('seed %i', async (seed) => {
    const database = 'argon_differential_sort';
    const differences = await compareSorts({ wire, database, seed, documents: 6, filters: 250 });
    expect(differences).toEqual([]);
  });
});
