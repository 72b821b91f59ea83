import assert from 'node:assert/strict';
import { verifyEntry } from '../../entry/codec';
import { provisionalLsn } from '../../entry/entry';
import { commitOf, deletion, insertion, replacement } from '../drafts';
import { fork, newProject, onStore, plain, push, pushContended, read, rejectsWith } from '../fixture';
import type { StoreSubject } from '../subject';

/** The check, the append and the acknowledgement: promises 2, 3 and 7. */
export function commitTests(subject: StoreSubject): void {
  subject.test.describe('commits', () => {
    onStore(subject, 'a commit is settled, sealed and read back as it was acknowledged', async (store) => {
      const { main } = await newProject(store);
      const before = Date.now();
      const [commit] = await push(store, main.id, {
        entries: [insertion({ _id: 1, a: 'x' }), insertion({ _id: 2 }, 'others')],
        actor: { user: 'ada', app: 'tests' },
      });
      assert.equal(commit!.after, main.startLsn);
      assert.equal(commit!.lsn, 4);
      assert.ok(commit!.timestamp >= before && commit!.timestamp <= Date.now() + 1);
      assert.deepEqual(
        commit!.entries.map((entry) => [
          entry.lsn,
          entry.commitLsn,
          entry.recordLsn,
          entry.prevLsn,
          entry.collection,
        ]),
        [
          [3, 4, 3, 0, 'things'],
          [4, 4, 4, 0, 'others'],
        ],
      );
      assert.ok(commit!.entries.every((entry) => verifyEntry(entry)));
      assert.deepEqual(commit!.entries[0]!.actor, { user: 'ada', app: 'tests' });
      const [again] = await read(store, main.id);
      assert.deepEqual(plain(again!), plain(commit!));
      assert.deepEqual(await store.head(main.id), { lsn: 4, timestamp: commit!.timestamp });
      assert.equal((await store.branchById(main.id))!.headLsn, 4);
      assert.equal(await store.lastLsn(), 4);
    });

    onStore(
      subject,
      'a commit has the time it is told, never before its head and never in the future',
      async (store) => {
        const actor = { user: '', app: '' };
        const made = Date.UTC(2020, 0, 1);
        const request = { name: 'old', branchName: 'main', actor, at: made };
        const { project, branch: main } = await store.createProject(request);
        assert.deepEqual([project.createdAt, main.createdAt], [made, made]);
        assert.equal((await store.branchById(main.id))!.createdAt, made);
        let { lsn: after } = await store.head(main.id);
        const appended = async (at: number): Promise<number> => {
          const commits = [commitOf(insertion({ _id: at }))];
          const result = await store.append({ branchId: main.id, after, commits, at });
          assert.ok(result.appended);
          after = result.commits[0]!.lsn;
          return result.commits[0]!.timestamp;
        };
        assert.equal(await appended(made + 1_000), made + 1_000);
        assert.equal(await appended(made + 500), made + 1_000, 'not before the head');
        assert.equal(await appended(made + 2_000), made + 2_000);
        const at = await store.commitAtOrBefore(main.id, { timestamp: made + 1_500 });
        assert.equal(at!.timestamp, made + 1_000);
        assert.ok((await appended(Date.now() + 1e9)) <= Date.now() + 1, 'not in the future');
        const [first] = await read(store, main.id);
        assert.ok(first!.entries.every((entry) => verifyEntry(entry) && entry.timestamp === made + 1_000));
      },
    );

    onStore(subject, 'drafts of a group may refer to each other', async (store) => {
      const { main } = await newProject(store);
      const place = (n: number) => ({
        documentId: 1,
        collection: 'things',
        recordLsn: provisionalLsn(0),
        lsn: provisionalLsn(n),
      });
      const commits = await push(store, main.id, [
        commitOf(
          { ...insertion({ _id: 1, v: 0 }), recordLsn: provisionalLsn(0) },
          replacement(place(0), { _id: 1, v: 1 }),
        ),
        commitOf(replacement(place(1), { _id: 1, v: 2 })),
        commitOf(deletion(place(2))),
      ]);
      const links = (list: typeof commits) =>
        list.flatMap((commit) =>
          commit.entries.map((entry) => [entry.lsn, entry.prevLsn, entry.recordLsn, entry.commitLsn]),
        );
      const expected = [
        [3, 0, 3, 4],
        [4, 3, 3, 4],
        [5, 4, 3, 5],
        [6, 5, 3, 6],
      ];
      assert.deepEqual(links(commits), expected);
      assert.deepEqual(links(await read(store, main.id)), expected);
      assert.deepEqual(
        commits.map((commit) => [commit.after, commit.lsn]),
        [
          [2, 4],
          [4, 5],
          [5, 6],
        ],
      );
    });

    onStore(subject, 'one client at rest makes no gaps', async (store) => {
      const { main } = await newProject(store);
      for (let i = 0; i < 20; i++) await push(store, main.id, commitOf(insertion({ _id: i })));
      const branch = await fork(store, main, 'feature');
      for (let i = 0; i < 5; i++) await push(store, branch.id, commitOf(insertion({ _id: 100 + i })));
      for (let i = 0; i < 5; i++) await push(store, main.id, commitOf(insertion({ _id: 200 + i })));
      assert.equal(await store.lastLsn(), 2 + 20 + 1 + 5 + 5);
    });

    onStore(subject, 'a commit computed from an old head is refused and leaves no trace', async (store) => {
      const { main } = await newProject(store);
      await push(store, main.id, commitOf(insertion({ _id: 1 })));
      const last = await store.lastLsn();
      for (const after of [main.startLsn, 0, last + 1]) {
        const result = await store.append({
          branchId: main.id,
          after,
          commits: [commitOf(insertion({ _id: 2 }))],
        });
        assert.deepEqual(result, { appended: false, reason: 'head-moved' });
      }
      assert.equal((await read(store, main.id)).length, 1);
      const [next] = await push(store, main.id, commitOf(insertion({ _id: 2 })));
      assert.ok(next!.lsn > last);
    });

    onStore(
      subject,
      'an append is told that it is flushed by a store that tells, and while it is not yet durable',
      async (store) => {
        const { main } = await newProject(store);
        let told = 0;
        const append = (after: number, count: number) =>
          store.append({
            branchId: main.id,
            after,
            // Of few and of many: a store may write them in different ways.
            commits: Array.from({ length: count }, () => commitOf(insertion({ _id: told }))),
            flushing: () => (told += 1),
          });
        for (const count of [1, 50]) {
          const before = told;
          let isDurable = false;
          const appended = append((await store.head(main.id)).lsn, count).then(() => (isDurable = true));
          while (told === before && !isDurable) await new Promise((resolve) => setImmediate(resolve));
          assert.equal(told - before, store.tellsFlushes === true ? 1 : 0);
          await appended;
        }
      },
    );

    onStore(subject, 'of many commits computed from one head, one goes through', async (store) => {
      const { main } = await newProject(store);
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, _id) =>
          store.append({ branchId: main.id, after: main.startLsn, commits: [commitOf(insertion({ _id }))] }),
        ),
      );
      assert.equal(results.filter((result) => result.appended).length, 1);
      assert.equal((await read(store, main.id)).length, 1);
    });

    onStore(subject, 'contending writers lose no commit, and all see one order', async (store) => {
      const { main } = await newProject(store);
      const writers = 8;
      const each = 10;
      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          for (let i = 0; i < each; i++) {
            await pushContended(store, main.id, commitOf(insertion({ _id: `${writer}-${i}` })));
          }
        }),
      );
      const commits = await read(store, main.id);
      assert.equal(commits.length, writers * each);
      const ids = commits.map((commit) => String(commit.entries[0]!.documentId));
      assert.equal(new Set(ids).size, writers * each);
      for (let writer = 0; writer < writers; writer++) {
        const own = ids.filter((id) => id.startsWith(`${writer}-`));
        assert.deepEqual(
          own,
          Array.from({ length: each }, (_, i) => `${writer}-${i}`),
          "a writer's commits keep their order",
        );
      }
    });

    onStore(subject, 'commits to many branches at once all arrive, with LSNs of their own', async (store) => {
      const { main } = await newProject(store);
      const branches = [];
      for (let i = 0; i < 16; i++) branches.push(await fork(store, main, `b${i}`));
      await Promise.all(
        branches.map(async (branch) => {
          for (let i = 0; i < 5; i++)
            await push(store, branch.id, commitOf(insertion({ _id: i }), insertion({ _id: -i - 1 })));
        }),
      );
      const lsns = new Set<number>();
      for (const branch of branches) {
        const commits = await read(store, branch.id);
        assert.equal(commits.length, 5);
        for (const commit of commits) for (const entry of commit.entries) lsns.add(entry.lsn);
      }
      assert.equal(lsns.size, 16 * 5 * 2);
    });

    onStore(subject, 'readers see whole commits only', async (store) => {
      const { main } = await newProject(store);
      const size = 300;
      let writing = true;
      const reader = async () => {
        let rounds = 0;
        while (writing) {
          for (const commit of await read(store, main.id)) {
            assert.equal(commit.entries.length, size);
            assert.equal(new Set(commit.entries.map((entry) => entry.commitLsn)).size, 1);
          }
          rounds += 1;
          await new Promise((resolve) => setImmediate(resolve));
        }
        return rounds;
      };
      const readers = [reader(), reader()];
      for (let round = 0; round < 10; round++) {
        const entries = Array.from({ length: size }, (_, i) =>
          insertion({ _id: round * size + i, pad: 'x'.repeat(300) }),
        );
        await push(store, main.id, commitOf(...entries));
      }
      writing = false;
      for (const rounds of await Promise.all(readers)) assert.ok(rounds > 0);
    });

    onStore(subject, 'an empty commit or group is refused', async (store) => {
      const { main } = await newProject(store);
      const last = await store.lastLsn();
      await rejectsWith(push(store, main.id, commitOf()), 'ARGON_WAL_EMPTY_COMMIT');
      await rejectsWith(push(store, main.id, []), 'ARGON_WAL_EMPTY_COMMIT');
      await rejectsWith(
        push(store, main.id, [commitOf(insertion({ _id: 1 })), commitOf()]),
        'ARGON_WAL_EMPTY_COMMIT',
      );
      assert.equal(await store.lastLsn(), last);
      assert.deepEqual(await read(store, main.id), []);
    });

    onStore(subject, 'an unknown branch is an error', async (store) => {
      const commits = [commitOf(insertion({ _id: 1 }))];
      await rejectsWith(store.append({ branchId: 77, after: 0, commits }), 'ARGON_WAL_BRANCH_NOT_FOUND');
      await rejectsWith(read(store, 77), 'ARGON_WAL_BRANCH_NOT_FOUND');
      await rejectsWith(async () => store.entries(77, [1]), 'ARGON_WAL_BRANCH_NOT_FOUND');
      await rejectsWith(async () => store.documents(77, [1]), 'ARGON_WAL_BRANCH_NOT_FOUND');
      await rejectsWith(async () => store.commitAtOrBefore(77, { lsn: 1 }), 'ARGON_WAL_BRANCH_NOT_FOUND');
    });
  });
}
