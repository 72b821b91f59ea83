import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { endOfKey, indexEntryKey, keyOfEntry, recordOfEntry } from './entry-key';

const records = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.maxSafeInteger().map(Math.abs));

describe('the key of an index entry', () => {
  it('gives back key and record', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), records, (key, record) => {
        const entry = indexEntryKey(key, record);
        assert.deepEqual([keyOfEntry(entry), recordOfEntry(entry)], [key, record]);
        assert.ok(entry < endOfKey(key) && entry > key);
        assert.ok(![...entry].some((unit) => unit.charCodeAt(0) > 255));
      }),
    );
  });

  it('sorts entries of one key by record', () => {
    fc.assert(
      fc.property(records, records, (a, b) => {
        assert.equal(indexEntryKey('k', a) < indexEntryKey('k', b), a < b);
      }),
    );
  });
});
