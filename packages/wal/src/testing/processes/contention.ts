import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openStore } from '../../store/open';
import { verifyStore } from '../../log/verify';
import { newProject, read } from '../fixture';

export interface ContentionOptions {
  /** Where the store is; it must be empty. */
  readonly address: string;
  /** The compiled `contender`. */
  readonly program: string;
  readonly processes: number;
  /** Commits that each process makes. */
  readonly commits: number;
  /** Entries of each commit. */
  readonly entries: number;
}

/**
 * Lets several processes append to one branch at once, while this one reads: every commit must be there once, whole,
 * in each writer's own order, under LSNs of its own. Returns how many appends lost a race and were computed again.
 */
export async function contentionTest(options: ContentionOptions): Promise<{ lost: number }> {
  const { address, program, processes, commits, entries } = options;
  const store = await openStore(address);
  const { main } = await newProject(store);
  const run = promisify(execFile);
  const names = Array.from({ length: processes }, (_, i) => `p${i}`);
  let running = true;
  const writing = Promise.all(
    names.map((name) =>
      run(process.execPath, [program, address, String(main.id), name, String(commits), String(entries)]),
    ),
  ).finally(() => (running = false));
  const watching = watchBatches();

  async function watchBatches(): Promise<void> {
    let seen = 0;
    while (running) {
      const now = await read(store, main.id);
      assert.ok(now.length >= seen, 'nothing that was seen goes away');
      seen = now.length;
      for (const commit of now) assert.equal(commit.entries.length, entries, 'readers see whole commits');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const outputs = await writing;
  await watching;
  const all = await read(store, main.id);
  assert.equal(all.length, processes * commits, 'no commit is lost');
  const lsns = all.flatMap((commit) => commit.entries.map((entry) => entry.lsn));
  assert.equal(new Set(lsns).size, lsns.length);
  for (const name of names) {
    const own = all.filter((commit) => String(commit.entries[0]!.documentId).startsWith(`${name}-`));
    assert.deepEqual(
      own.map((commit) => commit.entries.map((entry) => entry.documentId)),
      Array.from({ length: commits }, (_, n) =>
        Array.from({ length: entries }, (__, i) => `${name}-${n}-${i}`),
      ),
    );
  }
  const { problems } = await verifyStore(store);
  assert.deepEqual(problems, []);
  await store.close();
  return { lost: outputs.reduce((sum, { stdout }) => sum + Number(stdout), 0) };
}
