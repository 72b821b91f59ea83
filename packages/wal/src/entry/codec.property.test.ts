import { Double, encodeDocument, Long, ObjectId, type Value } from '@argon/bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeEntry, encodeEntry, entryChecksum, type UnsealedEntry, verifyEntry } from './codec';
import { MAX_LSN, type Operation } from './entry';
import { OPERATION_NUMBERS } from './operations';

const lsn = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: MAX_LSN - 5000 }));
const id: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.integer().map((value) => Long.fromNumber(value)),
  fc.integer({ min: 0, max: 100 }).map((value) => new Double(value)),
);
const operation = fc.constantFrom(...(Object.keys(OPERATION_NUMBERS) as Operation[]));
const text = fc.string({ unit: 'binary', maxLength: 40 });

const entries: fc.Arbitrary<UnsealedEntry> = fc
  .record({
    lsn,
    timestamp: fc.integer({ min: 0, max: 8.64e15 }),
    branchId: lsn,
    operation,
    collection: text,
    documentId: id,
    prevLsn: fc.oneof(fc.constant(0), lsn),
    recordLsn: fc.oneof(fc.constant(0), lsn),
    ahead: fc.nat(5000),
    actor: fc.record({ user: text, app: text }),
    shape: fc.constantFrom('none', 'id first', 'id last', 'no id'),
    pad: fc.string(),
    note: fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined }),
  })
  .map(({ ahead, shape, pad, note, ...entry }) => {
    const isControl = OPERATION_NUMBERS[entry.operation] >= 16;
    const form = entry.operation === 'update' ? pad.length % 3 : 0;
    const documentId = isControl ? null : entry.documentId;
    const fields: [string, Value][] = [['pad', pad]];
    if (shape === 'id first') fields.unshift(['_id', documentId]);
    if (shape === 'id last') fields.push(['_id', documentId]);
    const document = shape === 'none' ? null : encodeDocument(new Map(fields));
    const noted = note === undefined ? {} : { note };
    return {
      ...entry,
      documentId,
      document,
      commitLsn: entry.lsn + ahead,
      ...noted,
      ...(form === 0 ? {} : { form: form === 1 ? ('replacement' as const) : ('pipeline' as const) }),
    };
  });

function hex(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString('hex');
}

it('every entry comes back as it went in, whatever lies around its bytes', () => {
  fc.assert(
    fc.property(entries, fc.nat(20), (unsealed, offset) => {
      const entry = { ...unsealed, checksum: entryChecksum(unsealed) };
      const bytes = encodeEntry(entry);

      const roomy = new Uint8Array(bytes.length + offset + 3);
      roomy.set(bytes, offset);
      const decoded = decodeEntry(roomy.subarray(offset, offset + bytes.length));
      const plain = (of: typeof decoded) => ({
        ...of,
        documentId: 0,
        document: hex(of.document),
        note: of.note && hex(of.note),
      });
      expect(plain(decoded)).toEqual(plain(entry));
      const encodedId = (value: Value) => hex(encodeDocument(new Map([['', value]])));
      expect(encodedId(decoded.documentId)).toBe(encodedId(entry.documentId));
      expect(verifyEntry(decoded)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
