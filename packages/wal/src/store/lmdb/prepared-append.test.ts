import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeDocument } from '@argon/bson';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Commit, DraftCommit } from '../../entry/entry';
import { verifyStore } from '../../log/verify';
import { MemoryStore } from '../memory/memory-store';
import type { AppendRequest, Store } from '../store';
import { WHOLE } from './blocks/delta-plan';
import { acquireEnvironment, type Environment } from './environment';
import { openLmdbStore } from './index';
import { PreparedAppend } from './prepared-append';
import { databaseSource } from './refs-reader';
import { WriteTransaction } from './write-transaction';
import { append } from './writes';

const MAIN = 2;
const NOBODY = { user: '', app: '' };
const NOW = 1_000;

let folder: string;
let store: Store;
let environment: Environment;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-prepared-'));
  store = await openLmdbStore(folder, { now: () => NOW });
  environment = await acquireEnvironment(folder, folder, {
    create: false,
    lockTimeoutMs: 1_000,
    journal: true,
  });
  await store.createProject({ name: 'p', branchName: 'main', actor: NOBODY });
});

afterEach(async () => {
  await environment.release();
  await store.close();
  await rm(folder, { recursive: true });
});

function inserts(name: string, count: number): DraftCommit {
  const entries = Array.from({ length: count }, (_, i) => {
    const _id = `${name} ${i}`;
    const document = encodeDocument({ _id, text: `the ${i}th of ${name}` });
    return {
      operation: 'insert',
      collection: 'c',
      documentId: _id,
      document,
      prevLsn: 0,
      recordLsn: 0,
    } as const;
  });
  return { entries, actor: NOBODY };
}

async function all(from: Store): Promise<Commit[]> {
  const commits: Commit[] = [];
  for await (const batch of from.commits(MAIN, { after: MAIN })) commits.push(...batch);
  return commits;
}

describe('a large append', () => {
  it('writes what it would write otherwise, behind small ones and before them', async () => {
    const other = new MemoryStore({ now: () => NOW });
    await other.createProject({ name: 'p', branchName: 'main', actor: NOBODY });
    for (const to of [store, other]) {
      let after = MAIN;
      const write = async (...commits: DraftCommit[]) => {
        const result = await to.append({ branchId: MAIN, after, commits });
        assert.ok(result.appended);
        after = result.commits.at(-1)!.lsn;
      };
      for (let i = 0; i < 20; i++) await write(inserts(`before ${i}`, 5));
      await write(inserts('large', 3_000), inserts('beside it', 1));
      for (let i = 0; i < 20; i++) await write(inserts(`after ${i}`, 5));
      await write(inserts('large again', 2_100));
    }
    expect(await all(store)).toEqual(await all(other));
    expect((await verifyStore(store)).problems).toEqual([]);
  });

  it('loses its place to nobody of its process, and leaves none without an answer', async () => {
    const branch = await store.createBranch({
      projectId: 1,
      name: 'b',
      parentId: MAIN,
      baseLsn: MAIN,
      actor: NOBODY,
    });
    const at = (branchId: number, after: number, name: string, count: number) =>
      store.append({ branchId, after, commits: [inserts(name, count)] });
    const [one, large, lost, two, gone] = await Promise.all([
      at(branch.id, branch.startLsn, 'one', 1),
      at(MAIN, MAIN, 'large', 3_000),
      at(MAIN, MAIN, 'later', 3_000),
      store.createBranch({ projectId: 1, name: 'c', parentId: MAIN, baseLsn: MAIN, actor: NOBODY }),
      at(99, 99, 'nowhere', 3_000).catch((error: Error) => error),
    ]);
    assert.ok(one.appended && large.appended);
    assert.deepEqual(lost, { appended: false, reason: 'head-moved' });
    assert.equal(two.name, 'c');
    assert.ok(gone instanceof Error);
    const { lsn, entries } = large.commits[0]!;
    assert.deepEqual([lsn, entries.length], [one.commits[0]!.lsn + 3_000, 3_000]);
    expect((await verifyStore(store)).problems).toEqual([]);
  });

  for (const [what, changes] of [
    ['somebody else takes the LSNs', { branchId: MAIN, after: MAIN }],
    ['nothing happens', undefined],
  ] as const) {
    it(`that was made ready counts or does not when ${what}`, async () => {
      const branch = await store.createBranch({
        projectId: 1,
        name: 'b',
        parentId: MAIN,
        baseLsn: MAIN,
        actor: NOBODY,
      });
      const request: AppendRequest = {
        branchId: branch.id,
        after: branch.startLsn,
        commits: [inserts('large', 3_000)],
      };
      const prepared = PreparedAppend.of(request, WHOLE, () => NOW)!;
      let wasReady: boolean | undefined;
      const result = await environment.queue.run(
        (transaction) => {
          const { ifStill } = prepared;
          prepared.ifStill = (...given) => {
            const ready = ifStill.apply(prepared, given);
            wasReady = ready !== undefined;
            return ready;
          };
          return append(transaction, request, WHOLE, NOW, prepared);
        },
        'any',
        async () => {
          await prepared.prepare(databaseSource(environment.db));
          // As another process does.
          if (changes !== undefined) {
            environment.db.transactionSync(() => {
              const transaction = new WriteTransaction(environment.db);
              append(transaction, { ...changes, commits: [inserts('other', 1)] }, WHOLE, NOW);
              transaction.finish();
            });
          }
        },
      );
      assert.ok(result.appended);
      assert.equal(wasReady, changes === undefined);
      const first = result.commits[0]!.entries[0]!.lsn;
      assert.equal(first, branch.id + (changes === undefined ? 1 : 2));
      expect((await verifyStore(store)).problems).toEqual([]);
    });
  }
});
