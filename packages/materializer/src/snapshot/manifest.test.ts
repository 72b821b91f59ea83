import assert from 'node:assert/strict';
import { decodeDocument, encodeDocument, UNKNOWN_FORMS, type Doc, type Value } from '@argon/bson';
import { describe, it } from 'vitest';
import { indexDefinition } from '../state/index-definition';
import { decodeCollection, encodeCollection, type StoredCollection } from './manifest';

const COLLECTION: StoredCollection = {
  catalog: {
    name: 'people',
    uuid: new Uint8Array(16).fill(7),
    type: 'collection',
    options: new Map(),
    indexes: [
      indexDefinition(
        new Map<string, Value>([
          ['v', 2],
          ['key', new Map([['age', 1]])],
          ['name', 'age_1'],
        ]),
      ),
    ],
  },
  lsn: 12,
  records: { hash: null, count: 0 },
  ids: { hash: 'ab'.repeat(16), count: 3 },
  idForms: 1,
  indexes: new Map([['age', { root: { hash: null, count: 0 }, multikey: [1], forms: [17] }]]),
};

describe('a collection in a snapshot', () => {
  it('is read as it was written', () => {
    assert.deepEqual(decodeCollection(encodeCollection(COLLECTION)), COLLECTION);
  });

  it('of before types were remembered may have keys of any', () => {
    const stored = decodeDocument(encodeCollection(COLLECTION));
    stored.delete('idForms');
    for (const index of stored.get('trees') as Doc[]) index.delete('forms');
    const read = decodeCollection(encodeDocument(stored));
    assert.equal(read.idForms, UNKNOWN_FORMS);
    assert.deepEqual(read.indexes.get('age')!.forms, [UNKNOWN_FORMS]);
  });
});
