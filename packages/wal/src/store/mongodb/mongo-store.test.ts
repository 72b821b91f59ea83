import { BSON } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeDocument } from '@argon/bson';
import type { Commit } from '../../entry/entry';
import { branchDeletion } from '../../refs/control-entries';
import { commitOf, control, insertion, replacement } from '../../testing/drafts';
import { fork, newProject, push, pushContended, read } from '../../testing/fixture';
import { NOBODY } from '../../entry/entry';
import { type TestDatabase, testDatabase } from './testing/database';

let database: TestDatabase;

beforeEach(async () => {
  database = await testDatabase();
});

afterEach(() => database.dispose());

describe('LSNs', () => {
  it('have no gaps when short-lived processes come one after another', async () => {
    const first = await database.open();
    const { project, main } = await newProject(first);
    expect(await first.head(main.id)).toMatchObject({ lsn: 2 });
    await first.close();

    const second = await database.open();
    const branch = await fork(second, main, 'feature-test');
    expect([branch.id, branch.headLsn, await second.lastLsn()]).toEqual([3, 2, 3]);
    await expect(fork(second, main, 'feature-test')).rejects.toThrow(/exists already/);
    await second.close();

    const third = await database.open();
    await push(third, branch.id, branchDeletion('feature-test', NOBODY), { status: 'deleted' });
    expect(await third.lastLsn()).toBe(4);
    expect(await third.branch(project.id, 'feature-test')).toBeUndefined();
    const [last] = await push(third, main.id, commitOf(insertion({ _id: 1 })));
    expect(last!.lsn).toBe(5);
  });

  it('increase along a branch that clients write to in turn', async () => {
    const [a, b] = [await database.open(), await database.open()];
    const { main } = await newProject(a);
    for (let round = 0; round < 10; round++) {
      for (let burst = 0; burst < 3; burst++) await push(a, main.id, commitOf(insertion({ a: round })));
      await push(b, main.id, commitOf(insertion({ b: round })));
    }
    const commits = await read(a, main.id, { after: main.startLsn });
    expect(commits).toHaveLength(40);
    for (const [index, commit] of commits.entries()) {
      expect(commit.after).toBe(index === 0 ? main.startLsn : commits[index - 1]!.lsn);
      expect(commit.lsn).toBeGreaterThan(commit.after);
    }
  });
});

describe('other tools', () => {
  it('read entries and documents', async () => {
    const store = await database.open();
    const { main } = await newProject(store);
    const [commit] = await push(store, main.id, [
      {
        entries: [insertion({ _id: 'x', price: 1.5, tags: ['a'] }, 'goods')],
        actor: { user: 'ann', app: 'shell' },
      },
      commitOf(insertion({ _id: 'y' }, 'goods')),
    ]);
    const [entry] = commit!.entries;
    const found = await database.collections.log.findOne({ 'entries.document.price': { $gt: 1 } } as object);
    expect(found).toMatchObject({
      branch_id: 2,
      lsn: 4,
      sealed: true,
      after: 2,
      timestamp: new Date(entry!.timestamp),
      actor: { user: 'ann', app: 'shell' },
      entries: [
        {
          lsn: 3,
          operation: 'insert',
          collection: 'goods',
          document_id: 'x',
          document: { _id: 'x', price: 1.5, tags: ['a'] },
          prev_lsn: 0,
          record_lsn: 3,
          commit_lsn: 3,
          checksum: entry!.checksum,
        },
        { lsn: 4, commit_lsn: 4, actor: { user: '', app: '' } },
      ],
    });
    await store.close();
    const record = await database.collections.branches.findOne(
      { name: 'main' },
      { readConcern: { level: 'local' } },
    );
    expect(record).toMatchObject({ _id: 2, project_id: 1, head_lsn: 4, base_lsn: 0, status: 'active' });
  });

  it('may write records back without harm', async () => {
    const store = await database.open();
    const { main } = await newProject(store);
    const [commit] = await push(store, main.id, commitOf(insertion({ _id: 1, text: 'é' })));
    const { log } = database.collections;
    const stored = (await log.findOne({ lsn: 3 } as object))!;
    // What a shell does: numbers become doubles.
    const careless = BSON.deserialize(BSON.serialize(stored), { promoteLongs: true });
    await log.replaceOne({ _id: stored._id }, careless as never);
    const [entry] = await store.entries(main.id, [3]);
    expect(entry).toMatchObject({
      lsn: 3,
      recordLsn: 3,
      commitLsn: 3,
      checksum: commit!.entries[0]!.checksum,
    });
    expect(await store.head(main.id)).toMatchObject({ lsn: 3 });
  });
});

describe('the log', () => {
  it('is read whole and in parts, across groups, records and parts of documents', async () => {
    const store = await database.open();
    const { main } = await newProject(store);
    const text = 'x'.repeat(50_000);
    const expected: Commit[] = [];
    for (let round = 0; round < 4; round++) {
      const drafts = [1, 2, 3].map((id) => commitOf(insertion({ round, id, text }), insertion({ round })));
      expected.push(...(await push(store, main.id, drafts)));
      expected.push(...(await push(store, main.id, commitOf(insertion({ round, single: true })))));
    }
    const lsns = expected.map(({ lsn }) => lsn);
    expect((await read(store, main.id)).map(({ lsn }) => lsn)).toEqual(lsns);
    for (const [from, after] of lsns.entries()) {
      for (const [to, through] of lsns.entries()) {
        if (to - from > 3 && to < lsns.length - 3) continue;
        const found = await read(store, main.id, { after, through });
        expect(found.map(({ lsn }) => lsn)).toEqual(lsns.slice(from + 1, to + 1));
      }
    }
    const timestamps = new Map(expected.map((commit) => [commit.lsn, commit.timestamp]));
    for (let lsn = 0; lsn <= lsns.at(-1)! + 1; lsn++) {
      const last = lsns.filter((commit) => commit <= lsn).at(-1);
      const at = last === undefined ? undefined : { lsn: last, timestamp: timestamps.get(last)! };
      expect(await store.commitAtOrBefore(main.id, { lsn })).toEqual(at);
    }
    const large = insertion({ text: 'y'.repeat(16 * 1024 * 1024 - 40) });
    const drafts = [commitOf(insertion({ a: 1 }), large), commitOf(insertion({ b: 1 }))];
    expected.push(...(await push(store, main.id, drafts)));
    expect(await read(store, main.id, { after: lsns.at(-1)! })).toHaveLength(2);
    const entries = expected.flatMap((commit) => commit.entries);
    const documents = await store.documents(main.id, [...entries.map(({ lsn }) => lsn), 1_000_000]);
    expect(documents.at(-1)).toBeUndefined();
    for (const [index, entry] of entries.entries()) {
      expect(Buffer.compare(documents[index]!, entry.document!)).toBe(0);
    }
  });

  it('keeps documents that a driver would change, byte for byte', async () => {
    const store = await database.open();
    const { main } = await newProject(store);
    const twice = Buffer.from(encodeDocument({ _id: 1, b: 2, c: 3 }));
    twice[twice.indexOf(0x63)] = 0x62;
    const odd = ['$set', 'a.b', '', '$ref', '$id', '10', '9'];
    const plain = encodeDocument(new Map(odd.map((name) => [name, new Map([[name, 1]])])));
    const [commit] = await push(
      store,
      main.id,
      commitOf({ ...insertion({ _id: 1 }), document: twice }, insertion(new Map([['_id', 2]])), {
        ...insertion({ _id: 3 }),
        document: plain,
      }),
    );
    const lsns = commit!.entries.map(({ lsn }) => lsn);
    const documents = await store.documents(main.id, lsns);
    expect(Buffer.compare(documents[0]!, twice)).toBe(0);
    expect(Buffer.compare(documents[2]!, plain)).toBe(0);
    const record = await database.collections.log.findOne({ lsn: commit!.lsn } as object);
    expect(record).toMatchObject({ entries: [{ document_bson: {} }, { document: {} }, { document: {} }] });
  });
});

describe('a remembered branch', () => {
  it('is known without asking, until an entry about it appears on its chain', async () => {
    const [store, other] = [await database.open(), await database.open()];
    const { project, main } = await newProject(other);
    const feature = await fork(other, main, 'feature');
    expect(store.known('shop', 'feature')).toBeUndefined();
    const look = async () => {
      const found = await store.project('shop');
      const branch = found && (await store.branch(found.id, 'feature'));
      if (branch) await store.head(branch.id);
      return branch;
    };
    await look();
    expect(store.known('shop', 'feature')).toMatchObject({
      project: { id: project.id },
      branch: { id: feature.id },
    });
    await push(other, feature.id, commitOf(insertion({ a: 1 })));
    await store.head(feature.id);
    expect(store.known('shop', 'feature')?.branch.id).toBe(feature.id);

    await push(other, feature.id, control('rename_branch', { from: 'feature', to: 'old' }), { name: 'old' });
    const again = await fork(other, main, 'feature');
    await push(other, feature.id, commitOf(insertion({ a: 2 })));
    await store.head(feature.id);
    expect(store.known('shop', 'feature')).toBeUndefined();
    expect((await look())!.id).toBe(again.id);
    expect(store.known('shop', 'feature')?.branch.id).toBe(again.id);

    await other.deleteProject(project.id, NOBODY);
    await store.head(again.id);
    expect(store.known('shop', 'feature')).toBeUndefined();
  });

  it('that another process deleted takes no more commits', async () => {
    const [store, other] = [await database.open(), await database.open()];
    const { main } = await newProject(store);
    const branch = await fork(store, main, 'feature');
    const [first] = await push(store, branch.id, commitOf(insertion({ _id: 1 })));
    await push(other, branch.id, branchDeletion('feature', NOBODY), { status: 'deleted' });
    const commits = [commitOf(replacement(first!.entries[0]!, { _id: 1, a: 1 }))];
    const late = await store.append({ branchId: branch.id, after: first!.lsn, commits });
    expect(late).toEqual({ appended: false, reason: 'branch-deleted' });
    const { lsn } = await store.head(branch.id);
    expect(await store.append({ branchId: branch.id, after: lsn, commits })).toMatchObject({
      appended: false,
    });
  });
});

describe('many at once', () => {
  it('writers in two handles lose nothing', async () => {
    const stores = [await database.open(), await database.open()];
    const { main } = await newProject(stores[0]!);
    const writers = stores.flatMap((store) => [store, store, store]);
    await Promise.all(
      writers.map(async (store, writer) => {
        for (let n = 0; n < 10; n++) await pushContended(store, main.id, commitOf(insertion({ writer, n })));
      }),
    );
    expect(await read(stores[0]!, main.id)).toHaveLength(60);
  });

  it('a writer that never rests lets others in', async () => {
    const [busy, other] = [await database.open(), await database.open()];
    const { main } = await newProject(busy);
    let written = 0;
    let isDone = false;
    const streaming = (async () => {
      let after = main.startLsn;
      while (!isDone) {
        const result = await busy.append({
          branchId: main.id,
          after,
          commits: [commitOf(insertion({ a: 1 }))],
        });
        after = result.appended ? result.commits[0]!.lsn : (await busy.head(main.id)).lsn;
        if (result.appended) written += 1;
      }
    })();
    for (let n = 0; n < 5; n++) await pushContended(other, main.id, commitOf(insertion({ b: n })));
    isDone = true;
    await streaming;
    expect(await read(busy, main.id)).toHaveLength(written + 5);
  });

  it('processes may make the store at the same time', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => database.open()));
    const { main } = await newProject(stores[0]!);
    for (const store of stores) await push(store, main.id, commitOf(insertion({ a: 1 })));
    const indexes = await database.collections.log.indexes();
    expect(indexes.map(({ name }) => name).sort()).toEqual(['_id_', 'chain', 'entry', 'lsn', 'time']);
  });

  it('creations of branches and projects do not disturb each other', async () => {
    const stores = [await database.open(), await database.open()];
    const { project, main } = await newProject(stores[0]!);
    const names = Array.from({ length: 20 }, (_, index) => `branch-${index}`);
    await Promise.all(names.map((name, index) => fork(stores[index % 2]!, main, name)));
    expect(await stores[0]!.branches(project.id)).toHaveLength(21);
    const same = await Promise.allSettled(
      stores.flatMap((store) => [fork(store, main, 'x'), fork(store, main, 'x')]),
    );
    expect(same.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const projects = await Promise.allSettled(stores.map((store) => newProject(store, 'same')));
    expect(projects.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('a project is deleted while others write to its branches', async () => {
    const [store, other] = [await database.open(), await database.open()];
    const { project, main } = await newProject(store);
    const feature = await fork(store, main, 'feature');
    const write = async (branchId: number): Promise<string> => {
      for (;;) {
        const { lsn } = await other.head(branchId);
        const result = await other.append({ branchId, after: lsn, commits: [commitOf(insertion({ a: 1 }))] });
        if (!result.appended && result.reason === 'branch-deleted') return result.reason;
      }
    };
    const writers = [write(main.id), write(feature.id)];
    await store.deleteProject(project.id, NOBODY);
    expect(await Promise.all(writers)).toEqual(['branch-deleted', 'branch-deleted']);
    expect(await other.project('shop')).toBeUndefined();
    const last = (await read(other, main.id)).slice(-2).map(({ entries }) => entries[0]!.operation);
    expect(last).toEqual(['delete_branch', 'delete_project']);
  });
});

describe('following', () => {
  it('sees what was there, what comes, and what another process writes', async () => {
    const [store, other] = [await database.open(), await database.open()];
    const { main } = await newProject(store);
    await push(store, main.id, commitOf(insertion({ n: 0 })));
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const commit of store.follow(main.id, main.startLsn, stop.signal)) {
        seen.push(commit.lsn);
        if (seen.length === 21) stop.abort();
      }
    })();
    for (let n = 1; n <= 20; n++)
      await pushContended(n % 2 ? store : other, main.id, commitOf(insertion({ n })));
    await following;
    expect(seen).toEqual((await read(store, main.id)).map(({ lsn }) => lsn));
  });

  it('ends when the store is closed', async () => {
    const store = await database.open();
    const { main } = await newProject(store);
    const following = store.follow(main.id, 0, new AbortController().signal)[Symbol.asyncIterator]();
    const next = following.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await store.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
