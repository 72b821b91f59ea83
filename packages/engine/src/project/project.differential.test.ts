import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mongodOrSkip } from '@argon/tools-mongod';
import { compareProjections } from '../match/testing/project-cases';
import { differentialSeeds } from '../match/testing/seeds';
import { Wire } from '../match/testing/wire';

const mongod = await mongodOrSkip();

describe.skipIf(!mongod)('project: random cases on mongod and on Argon', () => {
  let wire: Wire;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: 'argon_differential_project' });
    wire.close();
  });

  it.each(differentialSeeds(6))('seed %i', async (seed) => {
    const database = 'argon_differential_project';
    const differences = await compareProjections({ wire, database, seed, documents: 60, filters: 250 });
    expect(differences).toEqual([]);
  });
});
