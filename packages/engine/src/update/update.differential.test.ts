import { mongodOrSkip } from '@argon/tools-mongod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argonVerdict } from './testing/argon-verdict';
import { difference } from './testing/difference';
import { randomCase } from './testing/random-case';
import { mongodVerdict } from './testing/referee';
import { WireClient } from './testing/wire-client';

/** `ARGON_SEED=7 ARGON_CASES=100000 npx vitest run …` runs others; a failure names the seed and number of its case. */
const SEED = Number(process.env['ARGON_SEED'] ?? 20_260_101);
const CASES = Number(process.env['ARGON_CASES'] ?? 4_000);
const BATCH = 500;
const SHOWN = 5;

const mongod = await mongodOrSkip();

describe.skipIf(!mongod)('updates, against mongod', () => {
  let client: WireClient;

  beforeAll(async () => {
    client = await WireClient.open(mongod!.uri);
  });

  afterAll(async () => {
    await client.command({ dropDatabase: 1, $db: 'upd_differential' });
    client.close();
  });

  for (let first = 0; first < CASES; first += BATCH) {
    it(`cases ${first} to ${first + BATCH - 1} of seed ${SEED} give what mongod gives`, async () => {
      const differences: string[] = [];
      for (let number = first; number < first + BATCH; number++) {
        const given = randomCase(SEED, number);
        const now = new Date();
        const expected = await mongodVerdict(client, 'upd_differential', given);
        const found = difference(given, expected, argonVerdict(given, now), now);
        if (found !== undefined) differences.push(`${SEED}:${number}\n${found}`);
      }
      expect(differences.slice(0, SHOWN), `${differences.length} differences`).toEqual([]);
    });
  }
});
