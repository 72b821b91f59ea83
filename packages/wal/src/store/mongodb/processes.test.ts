import { builtProgram } from '@argon/tools-programs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contentionTest } from '../../testing/processes/contention';
import { type TestDatabase, testDatabase } from './testing/database';

const PROGRAM = builtProgram(new URL('../../testing/processes/contender.ts', import.meta.url));

let database: TestDatabase;

beforeEach(async () => {
  database = await testDatabase();
});

afterEach(async () => {
  await database.dispose();
});

it('8 processes append to one branch and lose nothing', { timeout: 300_000 }, async () => {
  const options = { address: database.uri, program: PROGRAM, processes: 8, commits: 25, entries: 3 };
  const { lost } = await contentionTest(options);
  expect(lost).toBeGreaterThan(0);
});
