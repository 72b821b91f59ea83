import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { verifyStore } from '../../log/verify';
import { commitOf, insertion } from '../../testing/drafts';
import { push } from '../../testing/fixture';
import { openLmdbStore } from './lmdb-store';

const run = promisify(execFile);

/** Fills a store until it is full, and says what happened as JSON. */
const program = `
  import { openLmdbStore } from './lmdb-store.ts';
  import { commitOf, insertion } from '../../testing/drafts.ts';
  const store = await openLmdbStore(process.argv[1]);
  const actor = { user: '', app: '' };
  const { branch } = await store.createProject({ name: 'shop', branchName: 'main', actor });
  let after = branch.headLsn;
  let code, message;
  while (code === undefined) {
    const entries = Array.from({ length: 3 }, (_, i) => insertion({ _id: after + i, pad: 'x'.repeat(5000) }));
    try {
      const result = await store.append({ branchId: branch.id, after, commits: [commitOf(...entries)] });
      after = result.commits[0].lsn;
    } catch (error) {
      ({ code, message } = error);
    }
  }
  // Full stays full, for small and large commits alike, and reading goes on.
  for (const length of [1, 100_000, 1, 100_000]) {
    const commits = [commitOf(insertion({ _id: 0, pad: 'x'.repeat(length) }))];
    await store.append({ branchId: branch.id, after, commits }).then(
      (result) => (after = result.commits[0].lsn),
      (error) => (code = error.code),
    );
  }
  const [head, last] = [store.head(branch.id).lsn, store.lastLsn()];
  await store.close();
  console.log(JSON.stringify({ code, message, after, head, last, branchId: branch.id }));`;

it('a full disk is an error, and the store goes on as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'argon-full-'));
  // A limit on file sizes (in KiB for bash) fails writes as a full disk does, with EFBIG in place of ENOSPC.
  const node = `ulimit -f 2048; exec "$@"`;
  const { stdout } = await run(
    'bash',
    [
      '-c',
      node,
      'bash',
      process.execPath,
      '--conditions=@argon/source',
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      program,
      folder,
    ],
    { cwd: import.meta.dirname },
  );
  const outcome = JSON.parse(stdout) as Record<'after' | 'head' | 'last' | 'branchId', number> & {
    code: string;
    message: string;
  };
  expect(outcome.code).toBe('ARGON_WAL_STORE_FULL');
  expect(outcome.message).toContain('disk is full');
  expect(outcome.head, 'the last acknowledged commit is the head').toBe(outcome.after);
  expect(outcome.last).toBe(outcome.after);
  expect((await stat(join(folder, 'data.mdb'))).size).toBeLessThanOrEqual(2048 * 1024);

  const store = await openLmdbStore(folder);
  expect((await verifyStore(store)).problems).toEqual([]);
  const [commit] = await push(store, outcome.branchId, commitOf(insertion({ _id: 'more room' })));
  expect(commit!.after).toBe(outcome.after);
  await store.close();
  await rm(folder, { recursive: true });
});
