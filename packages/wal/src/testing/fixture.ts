import assert from 'node:assert/strict';
import { type Commit, type DraftCommit, type Lsn, NOBODY } from '../entry/entry';
import { verifyStore } from '../log/verify';
import type { BranchRecord, ProjectRecord } from '../refs/records';
import type { BranchChange, LogRange, Store } from '../store/store';
import type { OpenedStore, StoreSubject } from './subject';

/**
 * Runs a test body on a new store; afterwards verifies the whole log, closes everything and removes the data.
 */
export function onStore(
  subject: StoreSubject,
  name: string,
  body: (store: Store, opened: OpenedStore) => Promise<void>,
): void {
  subject.test.it(name, async () => {
    const opened = await subject.open();
    try {
      await body(opened.store, opened);
      const { problems } = await verifyStore(opened.store);
      assert.deepEqual(problems, [], 'the log is in order');
    } finally {
      await opened.store.close();
      await opened.dispose();
    }
  });
}

/** A project with a branch `main`. */
export async function newProject(
  store: Store,
  name = 'shop',
): Promise<{ project: ProjectRecord; main: BranchRecord }> {
  const { project, branch } = await store.createProject({ name, branchName: 'main', actor: NOBODY });
  return { project, main: branch };
}

/** A branch off another, at its head unless told. */
export async function fork(
  store: Store,
  parent: BranchRecord,
  name: string,
  baseLsn?: Lsn,
): Promise<BranchRecord> {
  return store.createBranch({
    projectId: parent.projectId,
    name,
    parentId: parent.id,
    baseLsn: baseLsn ?? (await store.head(parent.id)).lsn,
    actor: NOBODY,
  });
}

const isGroup = (commits: readonly DraftCommit[] | DraftCommit): commits is readonly DraftCommit[] =>
  Array.isArray(commits);

/** Appends to the branch's head; fails the test if somebody else was faster. */
export async function push(
  store: Store,
  branchId: number,
  commits: readonly DraftCommit[] | DraftCommit,
  change?: BranchChange,
): Promise<readonly Commit[]> {
  const result = await store.append({
    branchId,
    after: (await store.head(branchId)).lsn,
    commits: isGroup(commits) ? commits : [commits],
    ...(change === undefined ? {} : { change }),
  });
  assert.ok(result.appended, 'the append went through');
  return result.commits;
}

/** Appends and computes again until it goes through; returns how often it had to. */
export async function pushContended(store: Store, branchId: number, commit: DraftCommit): Promise<number> {
  for (let lost = 0; ; lost++) {
    const { lsn } = await store.head(branchId);
    const result = await store.append({ branchId, after: lsn, commits: [commit] });
    if (result.appended) return lost;
    assert.equal(result.reason, 'head-moved');
  }
}

/** All commits of a range in one array. */
export async function read(
  store: Store,
  branchId: number,
  range: LogRange = { after: 0 },
): Promise<Commit[]> {
  const commits: Commit[] = [];
  for await (const batch of store.commits(branchId, range)) {
    assert.ok(batch.length > 0, 'no batch is empty');
    commits.push(...batch);
  }
  return commits;
}

/** A commit in a form that compares well whatever class its bytes have. */
export function plain(commit: Commit): unknown {
  return {
    ...commit,
    entries: commit.entries.map((entry) => ({
      ...entry,
      actor: { ...entry.actor },
      document: entry.document && Buffer.from(entry.document).toString('hex'),
    })),
  };
}

/** Asserts that a promise is rejected with an Argon error of this code. */
export async function rejectsWith(promise: Promise<unknown> | (() => unknown), code: string): Promise<void> {
  await assert.rejects(
    async () => (typeof promise === 'function' ? promise() : promise),
    (error: unknown) => {
      assert.equal((error as { code?: unknown }).code, code, String(error));
      return true;
    },
  );
}
