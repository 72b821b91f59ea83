import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildProgram, type Program } from '../../testing/processes/build';
import { contentionTest } from '../../testing/processes/contention';
import { type TestDatabase, testDatabase } from './testing/database';

let database: TestDatabase;
let program: Program;

beforeEach(async () => {
  database = await testDatabase();
  program = await buildProgram('contender');
});

afterEach(async () => {
  await program.remove();
  await database.dispose();
});

it('8 processes append to one branch and lose nothing', { timeout: 300_000 }, async () => {
  const options = { address: database.uri, program: program.path, processes: 8, commits: 25, entries: 3 };
  const { lost } = await contentionTest(options);
  expect(lost).toBeGreaterThan(0);
});
