import { encodeDocument, type Value } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partialMatcher } from '../match/partial';
import { BranchWriter, type Work, type WriteOptions } from './branch-writer';
import { Constraints } from './constraints';

let store: Store;
let branchId: number;
/** Two processes in one: each has its own idea of the head. */
let here: Materializer;
let there: Materializer;

const document = (fields: Record<string, unknown>) => encodeDocument(fields);
const insert =
  (id: number): Work<number> =>
  async (draft) => {
    await draft.insert('items', document({ _id: id }));
    return id;
  };

function writer(materializer: Materializer): { run<T>(work: Work<T>, options?: WriteOptions): Promise<T> } {
  const branchWriter = new BranchWriter(branchId, store, materializer);
  const constraints = new Constraints('shop', materializer);
  return { run: (work, options) => branchWriter.run(work, NOBODY, constraints, options) };
}

async function count(): Promise<number> {
  return (await here.current(branchId)).collections.get('items')?.count ?? 0;
}

beforeEach(async () => {
  store = await openStore('memory:');
  branchId = (await store.createProject({ name: 'shop', branchName: 'main', actor: NOBODY })).branch.id;
  here = new Materializer(store, { partialMatcher });
  there = new Materializer(store, { partialMatcher });
});
afterEach(async () => {
  await here.close();
  await there.close();
  await store.close();
});

describe('the writer of a branch', () => {
  it('appends what is waiting as one group, each write a commit of its own', async () => {
    const { run } = writer(here);
    const { lsn } = await store.head(branchId);
    expect(await Promise.all([run(insert(1)), run(insert(2)), run(insert(3))])).toEqual([1, 2, 3]);
    const commits = [];
    for await (const batch of store.commits(branchId, { after: lsn })) commits.push(...batch);
    expect(commits.map((commit) => commit.entries.map((entry) => entry.operation))).toEqual([
      ['create_collection', 'insert'],
      ['insert'],
      ['insert'],
    ]);
  });

  it('does not judge again what a trusted draft is given', async () => {
    const { run } = writer(here);
    await run(async (draft) => {
      const validator = new Map([['n', new Map([['$gt', 0]])]]);
      draft.ensureCollection('items', new Map([['validator', validator]]));
      const specification = new Map<string, Value>([
        ['v', 2],
        ['key', new Map([['n', 1]])],
        ['name', 'n_1'],
        ['unique', true],
      ]);
      draft.catalog('create_index', 'items', new Map([['specification', specification]]));
    });
    const invalid: Work<void> = (draft) => draft.insert('items', document({ _id: 1, n: 0 }));
    await expect(run(invalid)).rejects.toMatchObject({ codeName: 'DocumentValidationFailure' });
    await run(async (draft) => {
      draft.trust();
      for (const _id of [1, 2]) await draft.insert('items', document({ _id, n: 0 }));
      const first = (await draft.collection('items').byId(1))!;
      await draft.update('items', first, document({ _id: 1, n: -1 }));
    });
    expect(await count()).toBe(2);
    const twice: Work<void> = (draft) => draft.insert('items', document({ _id: 3, n: 5 }));
    await run(twice);
    await expect(run((draft) => draft.insert('items', document({ _id: 4, n: 5 })))).rejects.toMatchObject({
      codeName: 'DuplicateKey',
    });
  });

  it('lets one write fail without the others of its group', async () => {
    const { run } = writer(here);
    const results = await Promise.allSettled([run(insert(1)), run(insert(1)), run(insert(2))]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { codeName: 'DuplicateKey' } });
    expect(await count()).toBe(2);
  });

  it('undoes what a failing write had drafted', async () => {
    const { run } = writer(here);
    await run(insert(1));
    const failing = run(async (draft) => {
      await draft.insert('items', document({ _id: 2 }));
      draft.seal(NOBODY);
      await draft.insert('other', document({ _id: 3 }));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await count()).toBe(1);
    expect((await here.current(branchId)).collections.has('other')).toBe(false);
  });

  it('computes again when another writer has moved the head', async () => {
    const ours = writer(here);
    const theirs = writer(there);
    await ours.run(insert(1));
    let runs = 0;
    const bump: Work<void> = async (draft) => {
      runs++;
      if (runs === 1) await theirs.run(insert(2));
      const record = (await draft.collection('items').byId(1))!;
      await draft.update('items', record, document({ _id: 1, seen: draft.collection('items').count }));
    };
    await ours.run(bump);
    expect(runs).toBe(2);
    const state = await here.current(branchId);
    const ref = await state.collections.get('items')!.byId((await import('@argon/bson')).idKey(1));
    const [bytes] = await here.documents(state, [ref!.lsn]);
    expect(Buffer.compare(bytes!, document({ _id: 1, seen: 2 }))).toBe(0);
  });

  it('does not answer from an old head when it drafts nothing', async () => {
    const ours = writer(here);
    const theirs = writer(there);
    await ours.run(insert(1));
    await theirs.run(insert(2));
    expect(await ours.run(async (draft) => draft.collection('items').count)).toBe(2);
    await theirs.run(async (draft) => {
      await draft.remove('items', (await draft.collection('items').byId(1))!);
    });
    // A duplicate against the old head, none against the new one.
    await ours.run(insert(1));
    expect(await count()).toBe(2);
  });

  it("keeps two writers from losing each other's work", async () => {
    const writers = [writer(here), writer(there)];
    await writers[0]!.run(insert(0));
    await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        writers[i % 2]!.run(async (draft) => {
          const record = (await draft.collection('items').byId(0))!;
          await draft.update(
            'items',
            record,
            document({ _id: 0, n: record.bytes.length, pad: 'x'.repeat(i % 9) }),
          );
          await draft.insert('items', document({ _id: i + 1 }));
        }),
      ),
    );
    expect(await count()).toBe(201);
  });

  it('refuses to write to a deleted branch', async () => {
    const { run } = writer(here);
    await run(insert(1));
    const project = (await store.project('shop'))!;
    await store.deleteProject(project.id, NOBODY);
    await expect(run(insert(2))).rejects.toMatchObject({ code: 'ARGON_WAL_BRANCH_NOT_FOUND' });
    await expect(run(async (draft) => draft.collection('items').count)).rejects.toMatchObject({
      code: 'ARGON_WAL_BRANCH_NOT_FOUND',
    });
  });

  it('builds unique indexes from settled documents, also amid other writes', async () => {
    const { run } = writer(here);
    const makeIndex: Work<void> = async (draft) => {
      const specification = new Map<string, never>(
        Object.entries({ v: 2, key: new Map([['k', 1]]), name: 'k_1', unique: true }) as never,
      );
      draft.catalog('create_index', 'items', new Map([['specification', specification]]));
      await draft.checkNewIndex('items', 'k_1');
    };
    const insertK =
      (id: number, k: number): Work<void> =>
      (draft) =>
        draft.insert('items', document({ _id: id, k }));
    const results = await Promise.allSettled([
      run(insertK(1, 1)),
      run(insertK(2, 2)),
      run(makeIndex, { alone: true }),
      run(insertK(3, 3)),
      run(insertK(4, 1)),
      run(insertK(5, 3)),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    // From another process, where the index has to be built from the log.
    await expect(writer(there).run(insertK(6, 2))).rejects.toMatchObject({ codeName: 'DuplicateKey' });
  });
});
