import { builtProgram } from '@argon/tools-programs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { crashTest } from '../../testing/processes/crash';
import { type TestDatabase, testDatabase } from './testing/database';

const PROGRAM = builtProgram(new URL('../../testing/processes/crash-writer.ts', import.meta.url));

let database: TestDatabase;

beforeEach(async () => {
  database = await testDatabase();
});

afterEach(async () => {
  await database.dispose();
});

it('a writer that is killed at random moments loses nothing that was acknowledged', async () => {
  const { acknowledged, commits } = await crashTest({
    address: database.uri,
    program: PROGRAM,
    kills: 20,
    between: [20, 600],
  });
  expect(acknowledged).toBeGreaterThan(0);
  expect(commits).toBeGreaterThanOrEqual(acknowledged);
  // What the dead writers left unsealed is swept, as far as others have followed in its place.
  await (await database.open()).close();
  const { log } = database.collections;
  const seals = new Set((await log.distinct('lsn', { sealed: true })).map(Number));
  const orphans = (await log.distinct('seal_lsn', { sealed: false } as object)).filter(
    (lsn) => !seals.has(Number(lsn)),
  );
  expect(orphans.length).toBeLessThanOrEqual(3);
});
