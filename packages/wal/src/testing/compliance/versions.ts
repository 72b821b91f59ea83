import assert from 'node:assert/strict';
import { Binary, type DocumentLike, encodeDocument } from '@argon/bson';
import { type DraftEntry, type Entry, type Lsn, provisionalLsn } from '../../entry/entry';
import type { Store } from '../../store/store';
import { commitOf, deletion, insertion, replacement } from '../drafts';
import { fork, newProject, onStore, plain, push, read } from '../fixture';
import type { StoreSubject } from '../subject';

/** A document of some kilobytes whose version differs in a few bytes from the one before. */
function large(id: number, version: number): DocumentLike {
  const text = (n: number) => `${n} bottles of beer on the wall `.repeat(4);
  return {
    _id: id,
    version,
    texts: Array.from({ length: 20 }, (_, n) => text(n)),
    nested: { counts: { [`v${version % 3}`]: version, fixed: 1 }, at: new Date(version * 1000) },
    ...(version % 4 === 0 ? { extra: `only in ${version}` } : {}),
  };
}

async function expectVersions(
  store: Store,
  expected: ReadonlyMap<Lsn, readonly [number, DocumentLike]>,
): Promise<void> {
  for (const [lsn, [branchId, document]] of [...expected].reverse()) {
    const bytes = Buffer.from(encodeDocument(document));
    const [found] = await store.documents(branchId, [lsn]);
    assert.ok(found && bytes.equals(found), `the document at ${lsn}`);
    const [entry] = await store.entries(branchId, [lsn]);
    assert.ok(entry?.document && bytes.equals(entry.document), `the entry at ${lsn}`);
  }
}

/** Documents that change a little, often, and on several branches: stores may keep only what changed. */
export function versionTests(subject: StoreSubject): void {
  subject.test.describe('versions', () => {
    onStore(
      subject,
      'every version of a document that changes a little is whole',
      async (store, { openAnother }) => {
        const { main } = await newProject(store);
        const expected = new Map<Lsn, readonly [number, DocumentLike]>();
        const latest: Entry[] = [];
        for (const id of [0, 1, 2]) {
          const [commit] = await push(store, main.id, commitOf(insertion(large(id, 0))));
          latest[id] = commit!.entries[0]!;
          expected.set(commit!.lsn, [main.id, large(id, 0)]);
        }
        for (let version = 1; version <= 40; version++) {
          const id = version % 3;
          const document = large(id, version);
          const [commit] = await push(store, main.id, commitOf(replacement(latest[id]!, document)));
          latest[id] = commit!.entries[0]!;
          expected.set(commit!.lsn, [main.id, document]);
        }
        await expectVersions(store, expected);
        if (!subject.supports.multiProcess) return;
        const another = await openAnother();
        await expectVersions(another, expected);
        assert.deepEqual((await read(another, main.id)).map(plain), (await read(store, main.id)).map(plain));
        await another.close();
      },
    );

    onStore(subject, 'a version stands on one of another branch', async (store, { openAnother }) => {
      const { main } = await newProject(store);
      const expected = new Map<Lsn, readonly [number, DocumentLike]>();
      const [born] = await push(store, main.id, commitOf(insertion(large(1, 0)), insertion(large(2, 0))));
      let branch = main;
      let entry = born!.entries[0]!;
      for (let level = 1; level <= 6; level++) {
        branch = await fork(store, branch, `level-${level}`);
        // The first level leaves the document alone, so that the next finds it on its grandparent.
        if (level === 1) continue;
        const [commit] = await push(store, branch.id, commitOf(replacement(entry, large(1, level))));
        entry = commit!.entries[0]!;
        expected.set(commit!.lsn, [branch.id, large(1, level)]);
      }
      const [other] = await push(store, branch.id, commitOf(replacement(born!.entries[1]!, large(2, 9))));
      expected.set(other!.lsn, [branch.id, large(2, 9)]);
      await expectVersions(store, expected);
      if (!subject.supports.multiProcess) return;
      const another = await openAnother();
      await expectVersions(another, expected);
      await another.close();
    });

    onStore(subject, 'versions of one group stand on each other', async (store) => {
      const { main } = await newProject(store);
      const document = (version: number) => large(7, version);
      const first: DraftEntry = insertion(document(0));
      const next = (version: number, lsn: Lsn) =>
        replacement({ ...first, lsn, recordLsn: provisionalLsn(0) }, document(version));
      const commits = await push(store, main.id, [
        commitOf(first, next(1, provisionalLsn(0))),
        commitOf(next(2, provisionalLsn(1))),
        commitOf(next(3, provisionalLsn(2))),
      ]);
      const entries = commits.flatMap((commit) => commit.entries);
      await expectVersions(
        store,
        new Map(entries.map((entry, version) => [entry.lsn, [main.id, document(version)] as const])),
      );
    });

    onStore(subject, 'a document of 16 MiB is changed, among others, and removed', async (store) => {
      const { main } = await newProject(store);
      const overhead = encodeDocument({ _id: 1, n: 0, pad: new Binary(Buffer.alloc(0)) }).length;
      const pad = new Binary(Buffer.alloc(16 * 1024 * 1024 - overhead, 'argon'));
      const huge = (n: number) => ({ _id: 1, n, pad });
      const [inserted] = await push(store, main.id, commitOf(insertion({ _id: 0 }), insertion(huge(0))));
      const [changed] = await push(
        store,
        main.id,
        commitOf(
          insertion({ _id: 2 }),
          replacement(inserted!.entries[1]!, huge(1)),
          replacement(inserted!.entries[0]!, { _id: 0, x: 1 }),
        ),
      );
      const [removed] = await push(store, main.id, commitOf(deletion(changed!.entries[1]!)));
      const expected = new Map<Lsn, readonly [number, DocumentLike]>([
        [inserted!.entries[1]!.lsn, [main.id, huge(0)]],
        [changed!.entries[1]!.lsn, [main.id, huge(1)]],
        [changed!.entries[2]!.lsn, [main.id, { _id: 0, x: 1 }]],
      ]);
      await expectVersions(store, expected);
      assert.deepEqual(
        (await read(store, main.id)).map((commit) => commit.entries.length),
        [2, 3, 1],
      );
      assert.deepEqual(await store.documents(main.id, [removed!.lsn]), [undefined]);
    });
  });
}
