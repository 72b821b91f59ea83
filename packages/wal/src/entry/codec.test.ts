import { encodeDocument, type Value } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { decodeEntry, encodeEntry, entryChecksum, type UnsealedEntry, verifyEntry } from './codec';
import { EntryFormatError } from './errors';

const unsealed: UnsealedEntry = {
  lsn: 300,
  timestamp: 1_700_000_000_000,
  branchId: 2,
  operation: 'insert',
  collection: 'things',
  documentId: 7,
  document: encodeDocument({ _id: 7, a: 'x' }),
  prevLsn: 0,
  recordLsn: 300,
  commitLsn: 301,
  actor: { user: 'ada', app: 'tests' },
};
const entry = { ...unsealed, checksum: entryChecksum(unsealed) };

function encodeSealed(one: UnsealedEntry): Buffer {
  return encodeEntry({ ...one, checksum: entryChecksum(one) });
}

describe('the canonical encoding', () => {
  it('never changes', () => {
    expect(encodeEntry(entry).toString('hex')).toBe(
      '10edff8a' + // CRC-32, as any other implementation computes it
        '1101' + // format 1, with a document; insert
        '1e' + // 30 bytes up to the document
        'ac02' +
        '80d095ffbc31' +
        '02' +
        '00' +
        'ac02' +
        '01' + // the numbers
        '067468696e6773' +
        '03616461' +
        '057465737473' + // things, ada, tests
        '17000000105f696400070000000261000200000078' +
        '0000',
    );
  });

  it('has the id in the document, or beside it', () => {
    const inDocument = encodeEntry(entry).length;
    const deleted = { ...unsealed, operation: 'delete' as const, document: null };
    expect(decodeEntry(encodeSealed(deleted)).documentId).toBe(7);
    const late = { ...unsealed, document: encodeDocument({ a: 'x', _id: 7 }) };
    expect(decodeEntry(encodeSealed(late)).documentId).toBe(7);
    expect(encodeSealed(late).length).toBeGreaterThan(inDocument);
  });

  it('takes documents of any length', () => {
    const document = encodeDocument({ _id: 7, a: 'x'.repeat(100_000) });
    const bytes = encodeSealed({ ...unsealed, document, collection: 'c'.repeat(255) });
    expect(Buffer.from(document).equals(decodeEntry(bytes).document!)).toBe(true);
    expect(decodeEntry(encodeSealed({ ...unsealed, document: null })).document).toBeNull();
  });
});

describe('checksums', () => {
  it('cover every field', () => {
    const changes: Partial<UnsealedEntry>[] = [
      { lsn: 299, commitLsn: 300 },
      { timestamp: 1_700_000_000_001 },
      { branchId: 3 },
      { operation: 'update' },
      { collection: 'thing' },
      { document: encodeDocument({ _id: 7, a: 'y' }) },
      { document: null },
      { prevLsn: 1 },
      { recordLsn: 299 },
      { commitLsn: 302 },
      { actor: { user: 'adat', app: 'ests' } },
    ];
    for (const change of changes)
      expect(verifyEntry({ ...entry, ...change }), JSON.stringify(change)).toBe(false);
    const deleted: UnsealedEntry = { ...unsealed, operation: 'delete', document: null };
    const sum = entryChecksum(deleted);
    for (const documentId of [8, '7', null] as Value[]) {
      expect(verifyEntry({ ...deleted, documentId, checksum: sum })).toBe(false);
    }
    expect(verifyEntry(entry)).toBe(true);
  });

  it('notice every flipped bit of a document', () => {
    const document = entry.document!;
    for (let bit = 0; bit < document.length * 8; bit++) {
      const damaged = Buffer.from(document);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyEntry({ ...entry, document: damaged })).toBe(false);
    }
  });
});

describe('bytes that are no entry', () => {
  it('are refused', () => {
    const bytes = encodeEntry(entry);
    const start = bytes.length - entry.document!.length;
    for (let length = 0; length < start; length++) {
      expect(() => decodeEntry(bytes.subarray(0, length))).toThrow(EntryFormatError);
    }
    const newer = Buffer.from(bytes);
    newer[4] = 0x21;
    expect(() => decodeEntry(newer)).toThrow(/format 2/);
    const unknown = Buffer.from(bytes);
    unknown[5] = 99;
    expect(() => decodeEntry(unknown)).toThrow(/operation number 99/);
    expect(() => decodeEntry(Buffer.alloc(0))).toThrow(EntryFormatError);
  });
});
