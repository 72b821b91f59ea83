import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../../testing/run';

let space: Workspace;

beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
});
afterEach(() => space.remove());

/** Text that does not compress well. */
function noise(length: number, seed: number): string {
  let state = seed + 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 90)).replace(/["\\]/, '_');
  }).join('');
}

it('is smaller after a compaction, and a store with everything that is kept', async () => {
  const documents = (round: number) =>
    Array.from({ length: 300 }, (_, i) => `{"_id": ${i}, "text": "${noise(900, round * 1_000 + i)}"}`).join(
      '\n',
    );
  for (let round = 0; round < 3; round++) {
    await space.ok(['import', '-', '-c', 'c', ...(round === 0 ? [] : ['--drop'])], {
      stdin: documents(round),
    });
  }
  const found = (await space.ok(['find', 'c'])).stdout;
  const { headLsn } = (await space.ok(['branch', 'info', '--json'])).json().branch as { headLsn: number };
  await space.ok(['wal', 'compact', '--before', String(headLsn), '--yes']);
  const { copy } = (await space.ok(['wal', 'compact', '--copy', 'copies/one', '--json'])).json() as {
    copy: { path: string; bytes: number; before: number };
  };
  expect(copy.path).toBe(space.path('copies/one'));
  expect(copy.bytes).toBeLessThan(copy.before * 0.7);
  expect((await space.ok(['find', 'c', '--store', 'copies/one'])).stdout).toBe(found);
  await space.ok(['run', '{"insert": "c", "documents": [{"_id": "new"}]}', '--store', 'copies/one']);
  expect((await space.ok(['find', 'c'])).stdout).toBe(found);
  expect((await space.ok(['wal', 'compact', '--copy', 'another'])).stdout).toMatch(
    /Store copied: .*another .*\nTo use it: --store another/,
  );
});
