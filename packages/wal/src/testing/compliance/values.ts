import assert from 'node:assert/strict';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  BsonUndefined,
  Code,
  DBPointer,
  Decimal128,
  type Doc,
  Double,
  encodeDocument,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
  type Value,
  valuesEqual,
} from '@argon/bson';
import { verifyEntry } from '../../entry/codec';
import { commitOf, deletion, insertion, replacement } from '../drafts';
import { newProject, onStore, plain, push, read } from '../fixture';
import type { StoreSubject } from '../subject';

/** One value or more of every BSON type, and names that JavaScript objects trip over. */
function everyType(): Doc {
  const id = new ObjectId('0123456789abcdef01234567');
  return new Map<string, Value>([
    ['double', new Double(1)],
    ['fraction', 1.5],
    ['negative zero', new Double(-0)],
    ['nan', NaN],
    ['infinity', -Infinity],
    ['string', 'grüße \u{1f600} \0 end'],
    [
      'document',
      new Map<string, Value>([
        ['10', 1],
        ['2', new Map<string, Value>([['', 'empty name']])],
      ]),
    ],
    ['array', [1, 'two', [null], new Map()]],
    ['binary', new Binary(Buffer.from([0, 255, 1]), 0)],
    ['uuid', new Binary(new UUID('c8edabc3-f738-4ca3-b68d-ab92a91478a3').buffer, 4)],
    ['user binary', new Binary(Buffer.alloc(0), 128)],
    ['undefined', BsonUndefined.VALUE],
    ['objectId', id],
    ['true', true],
    ['date', new Date(-1)],
    ['null', null],
    ['regex', new BSONRegExp('^a/b', 'im')],
    ['pointer', new DBPointer('db.things', id)],
    ['code', new Code('function() {}')],
    ['symbol', new BSONSymbol('sym')],
    ['scope', new Code('f', { x: 1 })],
    ['int', -5],
    ['timestamp', new Timestamp({ t: 4294967295, i: 1 })],
    ['long', Long.fromString('9223372036854775807')],
    ['small long', Long.fromNumber(1)],
    ['decimal', Decimal128.fromString('1.10')],
    ['min', new MinKey()],
    ['max', new MaxKey()],
    ['__proto__', 'data'],
    ['constructor', 1],
    [
      'ref',
      new Map<string, Value>([
        ['$ref', 'things'],
        ['$id', id],
        ['$db', 'other'],
      ]),
    ],
    ['', 'no name'],
    ['$set', 'dollar'],
    ['a.b', 'dotted'],
    ['1', 'integer-like'],
    ['0', 'and before'],
  ]);
}

/** Documents and their ids, byte for byte. */
export function valueTests(subject: StoreSubject): void {
  subject.test.describe('values', () => {
    onStore(subject, 'documents of every BSON type come back byte for byte', async (store) => {
      const { main } = await newProject(store);
      const bytes = encodeDocument(new Map<string, Value>([['_id', 1], ...everyType()]));
      const [commit] = await push(store, main.id, commitOf({ ...insertion({ _id: 1 }), document: bytes }));
      const [document] = await store.documents(main.id, [commit!.lsn]);
      assert.ok(Buffer.from(bytes).equals(document!));
      const [entry] = await store.entries(main.id, [commit!.lsn]);
      assert.ok(Buffer.from(bytes).equals(entry!.document!));
      const [again] = await read(store, main.id);
      assert.deepEqual(plain(again!), plain(commit!));
    });

    onStore(subject, 'ids of every BSON type come back, from inserts, updates and deletes', async (store) => {
      const { main } = await newProject(store);
      // As MongoDB has it, an _id is no array, regex or undefined; a store does not mind.
      const ids = [...everyType().values(), 'x'.repeat(3000)];
      const inserted = await push(
        store,
        main.id,
        ids.map((_id) =>
          commitOf(
            insertion(
              new Map<string, Value>([
                ['_id', _id],
                ['v', 1],
              ]),
            ),
          ),
        ),
      );
      const changes = inserted.flatMap((commit, i) => [
        commitOf(
          replacement(
            commit.entries[0]!,
            new Map<string, Value>([
              ['_id', ids[i]!],
              ['v', 2],
            ]),
          ),
        ),
      ]);
      const updated = await push(store, main.id, changes);
      await push(
        store,
        main.id,
        updated.map((commit) => commitOf(deletion(commit.entries[0]!))),
      );
      const chain = await read(store, main.id);
      assert.equal(chain.length, 3 * ids.length);
      for (const [i, commit] of chain.entries()) {
        const [entry] = commit.entries;
        const expected = ids[i % ids.length]!;
        const encoded = (id: Value) => Buffer.from(encodeDocument(new Map([['', id]]))).toString('hex');
        assert.ok(valuesEqual(entry!.documentId, expected));
        assert.equal(encoded(entry!.documentId), encoded(expected));
        assert.equal(entry!.document === null, i >= 2 * ids.length);
      }
    });

    onStore(subject, 'a document need not begin with its _id', async (store) => {
      const { main } = await newProject(store);
      const [commit] = await push(
        store,
        main.id,
        commitOf(insertion({ a: 1, _id: 'late' }), {
          ...insertion({ none: true }),
          documentId: 'elsewhere',
        }),
      );
      const [again] = await read(store, main.id);
      assert.deepEqual(
        again!.entries.map((entry) => entry.documentId),
        ['late', 'elsewhere'],
      );
      assert.deepEqual(plain(again!), plain(commit!));
    });

    onStore(subject, 'a document of 16 MiB goes through', async (store) => {
      const { main } = await newProject(store);
      const overhead = encodeDocument({ _id: 1, pad: new Binary(Buffer.alloc(0)) }).length;
      const pad = Buffer.alloc(16 * 1024 * 1024 - overhead, 'argon');
      const [small] = await push(store, main.id, commitOf(insertion({ _id: 0 })));
      const [commit] = await push(
        store,
        main.id,
        commitOf(insertion({ _id: 1, pad: new Binary(pad) }), insertion({ _id: 2 })),
      );
      const document = commit!.entries[0]!.document!;
      assert.equal(document.length, 16 * 1024 * 1024);
      const [read1] = await store.documents(main.id, [commit!.entries[0]!.lsn]);
      assert.ok(Buffer.from(document).equals(read1!));
      const commits = await read(store, main.id);
      assert.deepEqual(
        commits.map((one) => one.lsn),
        [small!.lsn, commit!.lsn],
      );
      assert.ok(Buffer.from(document).equals(commits[1]!.entries[0]!.document!));
    });

    onStore(subject, 'how an update was asked for comes back, if it was noted', async (store) => {
      const { main } = await newProject(store);
      const [first] = await push(store, main.id, commitOf(insertion({ _id: 1 })));
      const forms = ['replacement', undefined, 'pipeline', 'pipeline'] as const;
      let previous = first!.entries[0]!;
      for (const [v, form] of forms.entries()) {
        const [commit] = await push(store, main.id, commitOf(replacement(previous, { _id: 1, v }, form)));
        previous = commit!.entries[0]!;
        assert.equal(verifyEntry(previous), true);
      }
      const entries = (await read(store, main.id)).flatMap((commit) => commit.entries);
      assert.deepEqual(
        entries.map(({ operation, form }) => [operation, form]),
        [['insert', undefined], ...forms.map((form) => ['update', form])],
      );
      assert.deepEqual(
        entries.map(verifyEntry),
        entries.map(() => true),
      );
    });

    onStore(subject, 'a commit of 5,000 entries is one commit', async (store) => {
      const { main } = await newProject(store);
      const entries = Array.from({ length: 5000 }, (_, i) => insertion({ _id: i, pad: 'x'.repeat(100) }));
      const [commit] = await push(store, main.id, commitOf(...entries));
      assert.equal(commit!.lsn, 5002);
      const commits = await read(store, main.id);
      assert.equal(commits.length, 1);
      assert.deepEqual(
        commits[0]!.entries.map((entry) => entry.documentId),
        entries.map((_, i) => i),
      );
      assert.deepEqual(await store.commitAtOrBefore(main.id, { lsn: 4000 }), undefined);
    });
  });
}
