import assert from 'node:assert/strict';
import { verifyEntry } from '../../entry/codec';
import { type Commit, type Lsn, NOBODY } from '../../entry/entry';
import { branchDeletion, branchMerge, branchReset } from '../../refs/control-entries';
import { retentionOf } from '../../refs/retention';
import type { Store } from '../../store/store';
import { commitOf, control, deletion, insertion, replacement } from '../drafts';
import { fork, newProject, onStore, plain, push, read, rejectsWith } from '../fixture';
import type { StoreSubject } from '../subject';

async function setHorizon(store: Store, branchId: number, lsn: Lsn): Promise<void> {
  const change = { horizon: { lsn, at: 5 } };
  await push(store, branchId, control('modify_branch', { horizon: BigInt(lsn) }), change);
}

const lsnsOf = (commits: readonly Commit[]) =>
  commits.flatMap(({ entries }) => entries.map(({ lsn }) => lsn));
const operationsOf = async (store: Store, branchId: number) =>
  (await read(store, branchId)).map(({ entries }) => entries.map(({ operation }) => operation));
const big = (n: number, size = 3000) => ({ _id: n, pad: `${n}`.repeat(size / `${n}`.length) });

/** What is kept of a branch, and taking the rest away. */
export function compactionTests(subject: StoreSubject): void {
  if (subject.supports.compaction !== true) return;

  subject.test.describe('retention', () => {
    onStore(subject, 'horizon, pins and policies are kept with the branch', async (store) => {
      const { main } = await newProject(store);
      const [one, two, three] = await push(
        store,
        main.id,
        [1, 2, 3].map((i) => commitOf(insertion({ _id: i }))),
      );
      assert.equal((await store.branchById(main.id))!.retention, undefined);
      const note = () => control('modify_branch', {});
      await push(store, main.id, note(), { pin: { name: 'a', lsn: one!.lsn } });
      await push(store, main.id, note(), { keep: { days: 7 }, projectKeep: { sinceLsn: 3 } });
      await setHorizon(store, main.id, two!.lsn);
      await push(store, main.id, note(), { pin: { name: 'b', lsn: one!.lsn } });
      await push(store, main.id, note(), { unpin: 'a', keep: null });
      const expected = {
        horizon: two!.lsn,
        horizonSetAt: 5,
        compacted: 0,
        pins: [{ name: 'b', lsn: one!.lsn }],
        keep: null,
        projectKeep: { sinceLsn: 3 },
      };
      assert.deepEqual((await store.branch(main.projectId, 'main'))!.retention, expected);
      assert.deepEqual((await store.branches(main.projectId))[0]!.retention, expected);
      await store.rewrite!(main.id, [], two!.lsn);
      assert.deepEqual((await store.branchById(main.id))!.retention, { ...expected, compacted: two!.lsn });
      for (const [change, code] of [
        [{ horizon: { lsn: one!.lsn, at: 5 } }, 'ARGON_WAL_INVALID_HORIZON'],
        [{ horizon: { lsn: three!.lsn + 99, at: 5 } }, 'ARGON_WAL_INVALID_HORIZON'],
        [{ pin: { name: 'b', lsn: three!.lsn } }, 'ARGON_WAL_PIN_EXISTS'],
        [{ pin: { name: 'c', lsn: main.startLsn } }, 'ARGON_WAL_LSN_BELOW_HORIZON'],
        [{ unpin: 'a' }, 'ARGON_WAL_PIN_NOT_FOUND'],
        [{ keep: { days: -1 } }, 'ARGON_WAL_INVALID_POLICY'],
        [{ keep: { days: 1e20 } }, 'ARGON_WAL_INVALID_POLICY'],
        [{ projectKeep: { sinceLsn: 0.5 } }, 'ARGON_WAL_INVALID_POLICY'],
        [{ keep: { sincePin: 'a b' } }, 'ARGON_WAL_INVALID_NAME'],
        [{ resetTo: main.startLsn }, 'ARGON_WAL_LSN_BELOW_HORIZON'],
      ] as const) {
        await rejectsWith(push(store, main.id, note(), change), code);
      }
      await rejectsWith(fork(store, main, 'early', main.startLsn), 'ARGON_WAL_LSN_BELOW_HORIZON');
      const pinned = await fork(store, main, 'pinned', one!.lsn);
      const gone = { from: main.id, at: main.startLsn };
      await rejectsWith(push(store, pinned.id, note(), { merged: gone }), 'ARGON_WAL_LSN_BELOW_HORIZON');
      const merge = branchMerge(main.id, two!.lsn, { branchId: main.id, lsn: one!.lsn });
      await push(
        store,
        pinned.id,
        { actor: NOBODY, entries: [merge] },
        { merged: { from: main.id, at: two!.lsn } },
      );
      assert.equal((await store.branchById(pinned.id))!.merges!.length, 1);
      await push(store, main.id, branchReset(one!.lsn, NOBODY), { resetTo: one!.lsn });
    });
  });

  subject.test.describe('policies', () => {
    const POLICIES = [
      { all: true },
      { days: 7.5 },
      { sinceLsn: 3 },
      { sincePin: 'restore-42' },
      { sincePin: 'größe_1' },
      null,
    ] as const;

    onStore(subject, 'of every kind are read as they were set', async (store) => {
      const { main } = await newProject(store);
      for (const keep of POLICIES) {
        for (const projectKeep of POLICIES) {
          await push(store, main.id, control('modify_branch', {}), { keep, projectKeep });
          const found = retentionOf((await store.branches(main.projectId))[0]!);
          assert.deepEqual([found.keep, found.projectKeep], [keep, projectKeep]);
        }
      }
    });
  });

  subject.test.describe('rewriting', () => {
    onStore(subject, 'takes entries and documents away, and nothing else', async (store) => {
      const { main } = await newProject(store);
      const other = await newProject(store, 'other');
      const [a] = await push(
        store,
        main.id,
        commitOf(insertion(big(1)), insertion(big(2)), insertion(big(3))),
      );
      const [first, second, third] = a!.entries;
      await push(store, other.main.id, commitOf(insertion(big(9))));
      const [b, c] = await push(store, main.id, [
        commitOf(replacement(first!, big(1)), deletion(third!)),
        commitOf(replacement(second!, big(2))),
      ]);
      const [d] = await push(store, main.id, commitOf(replacement(b!.entries[0]!, big(1))));
      const [e] = await push(store, main.id, commitOf(insertion(big(5))));
      const child = await fork(store, main, 'child');
      await setHorizon(store, main.id, d!.lsn);
      const before = await read(store, main.id);
      const changes = [
        { lsn: main.id, keep: 'nothing' },
        { lsn: first!.lsn, keep: 'hollow' },
        { lsn: second!.lsn, keep: 'hollow' },
        { lsn: third!.lsn, keep: 'nothing' },
        { lsn: b!.entries[0]!.lsn, keep: 'nothing' },
        { lsn: b!.lsn, keep: 'nothing' },
        { lsn: e!.lsn, keep: 'nothing' },
      ] as const;
      for (let twice = 0; twice < 2; twice++) {
        await store.rewrite!(main.id, changes, d!.lsn);
        assert.equal(retentionOf((await store.branchById(main.id))!).compacted, d!.lsn);
        const after = await read(store, main.id);
        assert.deepEqual(
          after.map(({ lsn, after: follows }) => [lsn, follows]),
          [
            [a!.lsn, main.startLsn],
            [c!.lsn, a!.lsn],
            [d!.lsn, c!.lsn],
            [e!.lsn, d!.lsn],
            [before.at(-1)!.lsn, e!.lsn],
          ],
        );
        assert.deepEqual(lsnsOf(after), [
          ...[first!.lsn, second!.lsn, c!.lsn, d!.lsn, e!.lsn],
          before.at(-1)!.lsn,
        ]);
        const [hollow] = after[0]!.entries;
        assert.equal(hollow!.document, null);
        assert.equal(hollow!.documentId, 1);
        assert.equal(hollow!.recordLsn, first!.lsn);
        assert.ok(after.every(({ entries }) => entries.every(verifyEntry)));
        assert.deepEqual(after.slice(2).map(plain), before.slice(3).map(plain), 'the rest is as it was');
        assert.deepEqual(await store.documents(main.id, [first!.lsn, b!.lsn]), [undefined, undefined]);
        const [kept] = await store.documents(main.id, [d!.lsn]);
        assert.deepEqual(Buffer.from(kept!), Buffer.from(d!.entries[0]!.document!));
        assert.equal((await store.entries(main.id, [b!.lsn]))[0], undefined);
        assert.equal((await store.entries(main.id, [main.id]))[0]!.operation, 'create_branch');
      }
      for (const [lsn, expected] of [
        [main.startLsn, undefined],
        [a!.lsn - 1, undefined],
        [a!.lsn, a],
        [b!.lsn, a],
        [c!.lsn, c],
        [e!.lsn, e],
      ] as const) {
        const found = await store.commitAtOrBefore(main.id, { lsn });
        assert.equal(found?.lsn, expected?.lsn, `commit at or before ${lsn}`);
      }
      assert.equal(
        (await store.commitAtOrBefore(main.id, { timestamp: d!.timestamp }))!.timestamp,
        d!.timestamp,
      );
      assert.equal((await read(store, main.id, { after: a!.lsn, through: d!.lsn })).length, 2);
      assert.equal((await read(store, main.id, { after: b!.lsn }))[0]!.lsn, c!.lsn);
      const [f] = await push(
        store,
        main.id,
        commitOf(insertion(big(6)), replacement(d!.entries[0]!, big(1))),
      );
      assert.deepEqual(plain((await read(store, main.id)).at(-1)!), plain(f!));
      assert.deepEqual(await read(store, child.id), []);
      assert.equal((await read(store, other.main.id)).length, 1);
    });

    onStore(subject, 'leaves documents that were like those taken away', async (store) => {
      const { main } = await newProject(store);
      const text = (round: number) => ({ _id: 1, round, pad: 'lorem ipsum dolor '.repeat(200) });
      const commits: Commit[] = [];
      const [start] = await push(store, main.id, commitOf(insertion(text(0))));
      commits.push(start!);
      for (let round = 1; round < 40; round++) {
        commits.push(
          ...(await push(store, main.id, commitOf(replacement(commits.at(-1)!.entries[0]!, text(round))))),
        );
      }
      const branch = await fork(store, main, 'branch');
      const [own] = await push(
        store,
        branch.id,
        commitOf(replacement(commits.at(-1)!.entries[0]!, text(99))),
      );
      const horizon = commits[30]!.lsn;
      await setHorizon(store, main.id, horizon);
      const kept = new Set([10, 11, 17, 30, ...[31, 32, 33, 34, 35, 36, 37, 38, 39]]);
      const changes = commits.flatMap(({ lsn }, i) =>
        kept.has(i) ? [] : [{ lsn, keep: i === 0 ? ('hollow' as const) : ('nothing' as const) }],
      );
      await store.rewrite!(main.id, changes.slice(0, 9), commits[9]!.lsn);
      await store.rewrite!(main.id, changes.slice(9), horizon);
      for (const i of kept) {
        const [document] = await store.documents(main.id, [commits[i]!.lsn]);
        assert.deepEqual(
          Buffer.from(document!),
          Buffer.from(commits[i]!.entries[0]!.document!),
          `version ${i}`,
        );
      }
      const [document] = await store.documents(branch.id, [own!.lsn]);
      assert.deepEqual(Buffer.from(document!), Buffer.from(own!.entries[0]!.document!));
      assert.deepEqual((await read(store, main.id)).slice(-10, -1).map(plain), commits.slice(-9).map(plain));
    });

    onStore(subject, 'of a commit of many entries, some at a time', async (store) => {
      const { main } = await newProject(store);
      const many = Array.from({ length: 1500 }, (_, i) => insertion({ _id: i, pad: 'x'.repeat(100) }));
      const [large] = await push(store, main.id, commitOf(...many));
      const [last] = await push(store, main.id, [commitOf(insertion(big(-1)))]);
      await setHorizon(store, main.id, last!.lsn);
      const gone = large!.entries.filter((_, i) => i % 7 !== 3).map(({ lsn }) => lsn);
      for (let from = 0; from < gone.length; from += 400) {
        const some = gone.slice(from, from + 400);
        await store.rewrite!(
          main.id,
          some.map((lsn) => ({ lsn, keep: 'nothing' })),
          some.at(-1)!,
        );
      }
      const [commit, next] = await read(store, main.id);
      const kept = large!.entries.filter((_, i) => i % 7 === 3);
      assert.deepEqual(plain(commit!), plain({ ...large!, entries: kept }));
      assert.equal(next!.after, large!.lsn);
      for (const lsn of [kept[0]!.lsn, kept.at(-1)!.lsn, gone[0]!, gone.at(-1)!]) {
        const found = await store.commitAtOrBefore(main.id, { lsn });
        assert.equal(found?.lsn, lsn === large!.lsn ? lsn : undefined, `inside the commit, at ${lsn}`);
      }
      const [entry] = await store.entries(main.id, [kept[50]!.lsn]);
      assert.deepEqual(entry!.documentId, kept[50]!.documentId);
      await store.rewrite!(
        main.id,
        kept.map(({ lsn }) => ({ lsn, keep: 'nothing' })),
        last!.lsn,
      );
      assert.equal((await read(store, main.id))[0]!.after, main.startLsn);
    });

    onStore(subject, 'of documents of 16 MiB, among small ones', async (store) => {
      const { main } = await newProject(store);
      const huge = (id: number) => ({ _id: id, pad: 'x'.repeat(16 * 1024 * 1024 - 100) });
      const [one] = await push(store, main.id, [
        commitOf(insertion(big(1)), insertion(huge(2)), insertion(big(3))),
        commitOf(insertion(huge(4)), insertion(big(5))),
      ]);
      const [first, second] = one!.entries;
      const [last] = await push(store, main.id, commitOf(insertion(big(6))));
      await setHorizon(store, main.id, last!.lsn);
      await store.rewrite!(
        main.id,
        [
          { lsn: first!.lsn, keep: 'nothing' },
          { lsn: second!.lsn, keep: 'hollow' },
          { lsn: one!.lsn + 1, keep: 'nothing' },
        ],
        last!.lsn,
      );
      const commits = await read(store, main.id);
      assert.deepEqual(
        commits.slice(0, 2).map(({ entries }) => entries.map(({ documentId }) => documentId)),
        [[2, 3], [5]],
      );
      assert.equal(commits[0]!.entries[0]!.document, null);
      const [document] = await store.documents(main.id, [one!.lsn]);
      assert.deepEqual(Buffer.from(document!), Buffer.from(one!.entries[2]!.document!));
    });

    onStore(subject, 'takes all that a deleted branch holds, which moves its horizon', async (store) => {
      const { project, main } = await newProject(store);
      const [one] = await push(store, main.id, commitOf(insertion(big(1))));
      const feature = await fork(store, main, 'feature');
      const own = await push(store, feature.id, [
        commitOf(replacement(one!.entries[0]!, { ...big(1), changed: 1 })),
        commitOf(insertion(big(2)), insertion(big(3))),
      ]);
      const entries = own.flatMap((commit) => commit.entries);
      await push(store, feature.id, branchDeletion('feature', NOBODY), { status: 'deleted' });
      const gone = (await store.branchById(feature.id))!;
      assert.deepEqual(await store.deletedBranches!(project.id), [gone]);
      assert.deepEqual(await store.deletedBranches!(project.id + 999), []);
      const [, two] = entries;
      await store.rewrite!(feature.id, [{ lsn: two!.lsn, keep: 'nothing' }], two!.lsn);
      const after = (await store.branchById(feature.id))!;
      assert.deepEqual(retentionOf(after), { ...retentionOf(gone), horizon: two!.lsn, compacted: two!.lsn });
      const changes = entries.map(({ lsn }) => ({ lsn, keep: 'nothing' }) as const);
      await store.rewrite!(feature.id, changes, gone.headLsn);
      assert.equal(retentionOf((await store.branchById(feature.id))!).horizon, gone.headLsn);
      assert.deepEqual(await operationsOf(store, feature.id), [['delete_branch']]);
      assert.equal((await store.head(feature.id)).lsn, gone.headLsn);
      const late = { branchId: feature.id, after: gone.headLsn, commits: [commitOf(insertion(big(9)))] };
      assert.deepEqual(await store.append(late), { appended: false, reason: 'branch-deleted' });
      const [document] = await store.documents(main.id, [one!.lsn]);
      assert.deepEqual(Buffer.from(document!), Buffer.from(one!.entries[0]!.document!));
    });

    onStore(subject, 'takes what a deleted branch holds after its parent has lost all', async (store) => {
      const { main } = await newProject(store);
      const feature = await fork(store, main, 'feature');
      const [made] = await push(store, feature.id, commitOf(insertion(big(1))));
      const child = await fork(store, feature, 'child');
      // Versions may be stored as what they differ in from the one before.
      const [first] = await push(
        store,
        child.id,
        commitOf(replacement(made!.entries[0]!, { ...big(1), n: 1 })),
      );
      const [second] = await push(
        store,
        child.id,
        commitOf(replacement(first!.entries[0]!, { ...big(1), n: 2 })),
      );
      for (const { id, name } of [feature, child])
        await push(store, id, branchDeletion(name, NOBODY), { status: 'deleted' });
      for (const [id, { lsn }] of [
        [feature.id, made!],
        [child.id, first!],
        [child.id, second!],
      ] as const) {
        for await (const batch of store.commits(id, { after: id, bare: true })) assert.ok(batch.length > 0);
        await store.rewrite!(id, [{ lsn, keep: 'nothing' }], lsn);
      }
      for (const { id } of [feature, child])
        assert.deepEqual(await operationsOf(store, id), [['delete_branch']]);
    });

    if (!subject.supports.multiProcess) return;

    onStore(subject, 'shows through other handles at once', async (store, opened) => {
      const other = await opened.openAnother();
      try {
        const { main } = await newProject(store);
        const commits = await push(
          store,
          main.id,
          Array.from({ length: 300 }, (_, i) => commitOf(insertion(big(i, 500)))),
        );
        assert.equal((await read(other, main.id)).length, 300);
        await other.documents(
          main.id,
          commits.map(({ lsn }) => lsn),
        );
        await setHorizon(store, main.id, commits.at(-1)!.lsn);
        const gone = commits.slice(0, 299).filter((_, i) => i % 3 > 0);
        await store.rewrite!(
          main.id,
          gone.map(({ lsn }) => ({ lsn, keep: 'nothing' })),
          commits.at(-1)!.lsn,
        );
        assert.equal((await read(other, main.id)).length, 301 - gone.length);
        const left = commits.filter((commit) => !gone.includes(commit));
        for (const commit of left) {
          const [document] = await other.documents(main.id, [commit.lsn]);
          assert.deepEqual(Buffer.from(document!), Buffer.from(commit.entries[0]!.document!));
        }
        await push(other, main.id, commitOf(insertion(big(1000))));
        assert.equal((await read(store, main.id)).length, 302 - gone.length);
      } finally {
        await other.close();
      }
    });
  });
}
