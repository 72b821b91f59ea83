import assert from 'node:assert/strict';
import type { Commit } from '../../entry/entry';
import { commitOf, control, deletion, insertion, replacement } from '../drafts';
import { fork, newProject, onStore, plain, push, read } from '../fixture';
import type { StoreSubject } from '../subject';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ranges, points and times of a chain. */
export function readingTests(subject: StoreSubject): void {
  subject.test.describe('reading', () => {
    onStore(subject, 'every range of a chain, from any LSN to any other', async (store) => {
      const { main } = await newProject(store);
      const sizes = [1, 3, 2, 1, 5];
      const commits: Commit[] = [];
      let id = 0;
      for (const [i, size] of sizes.entries()) {
        const entries = Array.from({ length: size }, () => insertion({ _id: id++ }));
        commits.push(...(await push(store, main.id, commitOf(...entries))));
        // Somebody else's commits lie between.
        if (i === 1 || i === 2) await newProject(store, `between-${i}`);
      }
      const last = await store.lastLsn();
      for (let after = 0; after <= last; after++) {
        for (const through of [undefined, after - 1, after, after + 1, after + 4, last, last + 10]) {
          const range = through === undefined ? { after } : { after, through };
          const expected = commits.filter((c) => c.lsn > after && c.lsn <= (through ?? last));
          assert.deepEqual(
            (await read(store, main.id, range)).map(plain),
            expected.map(plain),
            JSON.stringify(range),
          );
        }
      }
    });

    onStore(subject, 'a bare range leaves out documents of updates, and nothing else', async (store) => {
      const { main } = await newProject(store);
      const [made] = await push(store, main.id, commitOf(insertion({ _id: 1, a: 1 }), insertion({ _id: 2 })));
      const [one, two] = made!.entries;
      const changes = [replacement(one!, { _id: 1, a: 2 }), deletion(two!), insertion({ _id: 3 })];
      await push(store, main.id, commitOf(...changes));
      await push(store, main.id, control('modify_branch', { protected: true }), { protected: true });
      const whole = await read(store, main.id, { after: 0 });
      const bare = await read(store, main.id, { after: 0, bare: true });
      const without = (commit: Commit) => {
        const entries = commit.entries.map((entry) =>
          entry.operation === 'update' ? { ...entry, documentId: null, document: null } : entry,
        );
        return plain({ ...commit, entries });
      };
      assert.deepEqual(bare.map(without), whole.map(without));
    });

    onStore(subject, 'a long chain comes in several batches, a large commit whole', async (store) => {
      const { main } = await newProject(store);
      const pad = 'x'.repeat(20_000);
      const small = Array.from({ length: 120 }, (_, i) => commitOf(insertion({ _id: i, pad })));
      await push(store, main.id, small.slice(0, 60));
      const large = Array.from({ length: 200 }, (_, i) => insertion({ _id: 1000 + i, pad }));
      await push(store, main.id, commitOf(...large));
      await push(store, main.id, small.slice(60));
      let batches = 0;
      let after = main.startLsn;
      const sizes: number[] = [];
      for await (const batch of store.commits(main.id, { after })) {
        batches += 1;
        for (const commit of batch) {
          assert.equal(commit.after, after);
          after = commit.lsn;
          sizes.push(commit.entries.length);
        }
      }
      assert.equal(after, (await store.head(main.id)).lsn);
      assert.ok(batches > 1, `${batches} batches`);
      assert.deepEqual(sizes, [...Array<number>(60).fill(1), 200, ...Array<number>(60).fill(1)]);
    });

    onStore(subject, 'entries and documents by LSN, in the order asked for', async (store) => {
      const { main } = await newProject(store);
      const [one, two] = await push(store, main.id, [
        commitOf(insertion({ _id: 1, a: 'one' }), insertion({ _id: 2, a: 'two' })),
        commitOf(insertion({ _id: 3, a: 'three' })),
      ]);
      const [gone] = await push(store, main.id, commitOf(deletion(one!.entries[0]!)));
      const other = await fork(store, main, 'other');
      const lsns = [two!.lsn, one!.lsn, 999, gone!.lsn, one!.lsn - 1, other.id, 1];
      const entries = await store.entries(main.id, lsns);
      assert.deepEqual(
        entries.map((entry) => entry?.lsn),
        [two!.lsn, one!.lsn, undefined, gone!.lsn, one!.lsn - 1, undefined, 1],
      );
      assert.deepEqual(
        entries.map((entry) => entry?.documentId),
        [3, 2, undefined, 1, 1, undefined, null],
      );
      if (store.previous !== undefined) {
        for (const [i, lsn] of lsns.entries()) {
          assert.equal(await store.previous(main.id, lsn), entries[i]?.prevLsn);
        }
      }
      const documents = await store.documents(main.id, lsns);
      const hex = (bytes: Uint8Array | null | undefined) => bytes && Buffer.from(bytes).toString('hex');
      assert.deepEqual(
        documents.map(hex),
        entries.map((entry) => hex(entry?.document) ?? undefined),
      );
      assert.equal(documents[3], undefined, 'a delete has no document');
      assert.ok(documents[6], 'a birth has one');
      assert.deepEqual(await store.documents(main.id, []), []);
    });

    onStore(subject, 'what was read stays as it was', async (store) => {
      const { main } = await newProject(store);
      const commits = await push(
        store,
        main.id,
        Array.from({ length: 50 }, (_, i) => commitOf(insertion({ _id: i, pad: String(i).repeat(200) }))),
      );
      const lsns = commits.map((commit) => commit.lsn);
      const documents = await store.documents(main.id, lsns);
      const entries = await store.entries(main.id, lsns);
      await read(store, main.id);
      await push(
        store,
        main.id,
        Array.from({ length: 50 }, (_, i) => commitOf(insertion({ _id: 100 + i, pad: 'z'.repeat(400) }))),
      );
      await store.documents(main.id, [...lsns].reverse());
      for (const [i, commit] of commits.entries()) {
        const expected = Buffer.from(commit.entries[0]!.document!);
        assert.ok(expected.equals(documents[i]!));
        assert.ok(expected.equals(entries[i]!.document!));
      }
    });

    onStore(subject, 'the last commit at or before an LSN', async (store) => {
      const { main } = await newProject(store);
      const commits: Commit[] = [];
      for (const size of [1, 40, 1, 3]) {
        const entries = Array.from({ length: size }, (_, i) => insertion({ _id: commits.length * 100 + i }));
        commits.push(...(await push(store, main.id, commitOf(...entries))));
        if (size === 40) await newProject(store, 'between');
      }
      const last = await store.lastLsn();
      for (let lsn = 0; lsn <= last + 2; lsn++) {
        const expected = commits.filter((commit) => commit.lsn <= lsn).at(-1);
        assert.deepEqual(
          await store.commitAtOrBefore(main.id, { lsn }),
          expected && { lsn: expected.lsn, timestamp: expected.timestamp },
          `LSN ${lsn}`,
        );
      }
      const child = await fork(store, main, 'child');
      assert.equal(
        await store.commitAtOrBefore(child.id, { lsn: last + 5 }),
        undefined,
        'only its own chain counts',
      );
    });

    onStore(subject, 'the last commit at or before a time', async (store) => {
      const { main } = await newProject(store);
      const commits: Commit[] = [];
      for (let round = 0; round < 6; round++) {
        const group = [
          commitOf(insertion({ _id: round }), insertion({ _id: -1 - round })),
          commitOf(insertion({ _id: 100 + round })),
        ];
        commits.push(...(await push(store, main.id, group)));
        await pause(3);
      }
      const first = commits[0]!.timestamp;
      const end = commits.at(-1)!.timestamp;
      for (let timestamp = first - 2; timestamp <= end + 2; timestamp++) {
        const expected = commits.filter((commit) => commit.timestamp <= timestamp).at(-1);
        assert.deepEqual(
          await store.commitAtOrBefore(main.id, { timestamp }),
          expected && { lsn: expected.lsn, timestamp: expected.timestamp },
        );
      }
      assert.equal(await store.commitAtOrBefore(main.id, { timestamp: 0 }), undefined);
      assert.equal((await store.commitAtOrBefore(main.id, { timestamp: 8.64e15 }))!.lsn, commits.at(-1)!.lsn);
    });

    onStore(subject, 'time never runs backward along a branch and into its children', async (store) => {
      const { main } = await newProject(store);
      let last = (await store.head(main.id)).timestamp;
      let branch = main;
      for (let i = 0; i < 30; i++) {
        const [commit] = await push(store, branch.id, commitOf(insertion({ _id: i })));
        assert.ok(commit!.timestamp >= last);
        last = commit!.timestamp;
        if (i % 10 === 9) {
          branch = await fork(store, branch, `b${i}`);
          assert.ok(branch.createdAt >= last);
        }
      }
    });
  });
}
