import assert from 'node:assert/strict';
import { verifyEntry } from '../../entry/codec';
import { provisionalLsn, type Commit, type DraftCommit } from '../../entry/entry';
import { commitOf, control, deletion, insertion, replacement } from '../drafts';
import { newProject, onStore, push, read } from '../fixture';
import type { StoreSubject } from '../subject';

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');
const notesOf = (commits: readonly Commit[]) =>
  commits.map(({ entries }) => entries.map(({ note }) => hex(note)));
const noted = (commit: DraftCommit, ...note: number[]): DraftCommit => ({
  ...commit,
  note: Buffer.from(note),
});

/** What a writer noted with its commits. */
export function noteTests(subject: StoreSubject): void {
  subject.test.describe('notes', () => {
    onStore(subject, 'lie with the last entry of their commit, whatever that is', async (store) => {
      const { main } = await newProject(store);
      const held = { documentId: 1, collection: 'things', recordLsn: provisionalLsn(0) };
      const commits = await push(store, main.id, [
        noted(commitOf({ ...insertion({ _id: 1 }), recordLsn: provisionalLsn(0) }, insertion({ _id: 2 })), 1),
        commitOf(replacement({ ...held, lsn: provisionalLsn(0) }, { _id: 1, text: 'x'.repeat(3000) })),
        noted(commitOf(replacement({ ...held, lsn: provisionalLsn(2) }, { n: 1, _id: 1 })), 0, 255),
        noted(commitOf(deletion({ ...held, lsn: provisionalLsn(3) }))),
        noted(control('modify_branch', {}), ...Array.from({ length: 300 }, (_, i) => i % 256)),
      ]);
      const expected = [
        [undefined, '01'],
        [undefined],
        ['00ff'],
        [''],
        [hex(Buffer.from(Array.from({ length: 300 }, (_, i) => i % 256)))],
      ];
      assert.deepEqual(notesOf(commits), expected);
      const again = await read(store, main.id);
      assert.deepEqual(notesOf(again), expected);
      assert.deepEqual(notesOf(await read(store, main.id, { after: 0, bare: true })), expected);
      assert.ok(again.every(({ entries }) => entries.every(verifyEntry)));
      assert.deepEqual(
        again.flatMap(({ entries }) => entries.map(({ documentId }) => documentId)),
        [1, 2, 1, 1, 1, null],
      );
      const lsns = commits.map(({ lsn }) => lsn);
      const entries = await store.entries(main.id, lsns);
      assert.deepEqual(
        entries.map((entry) => hex(entry!.note)),
        expected.map((of) => of.at(-1)),
      );
      const documents = await store.documents(main.id, lsns);
      documents.forEach((document, i) =>
        assert.equal(hex(document), hex(commits[i]!.entries.at(-1)!.document ?? undefined)),
      );
    });

    onStore(subject, 'stay when there are many', async (store) => {
      const { main } = await newProject(store);
      for (let i = 0; i < 40; i++) {
        const group = Array.from({ length: 10 }, (_, k) =>
          noted(commitOf(insertion({ _id: i * 10 + k })), i, k),
        );
        await push(store, main.id, group);
      }
      const notes = notesOf(await read(store, main.id)).map(([note]) => note);
      assert.deepEqual(
        notes,
        Array.from({ length: 400 }, (_, i) => hex(Buffer.from([Math.floor(i / 10), i % 10]))),
      );
    });
  });
}
