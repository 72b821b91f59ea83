import { decodeDocument, encodeDocument, type Doc, isIdentical } from '@argon/bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { documents, values } from '../testing/arbitrary-documents';
import { applyChanges, documentChanges } from './changes';
import { encodedChanges } from './encoded-changes';

const bytes = (document: Doc): string => Buffer.from(encodeDocument(document)).toString('hex');

/** A field as BSON has it. */
const int32 = (name: string, value: number): number[] => [16, ...Buffer.from(name), 0, value, 0, 0, 0];

it('the changes between two documents make the one of the other, to the byte', () => {
  fc.assert(
    fc.property(documents, documents, (before, after) => {
      const was = bytes(before);
      const changes = documentChanges(before, after);
      expect(bytes(applyChanges(before, changes))).toBe(bytes(after));
      expect(bytes(before)).toBe(was);
      expect(changes.length === 0).toBe(was === bytes(after));
    }),
    { numRuns: 2000 },
  );
});

it('are the same when only what differs is decoded', () => {
  const field = fc.tuple(fc.constantFrom('a', 'b'), values);
  const both = fc.tuple(documents, documents, fc.array(field, { maxLength: 2 })).map(
    // Mostly one is the other with some fields set.
    ([one, other, set]) => [one, set.length === 0 ? other : new Map([...one, ...set])] as const,
  );
  fc.assert(
    fc.property(both, ([before, after]) => {
      const [old, now] = [encodeDocument(before), encodeDocument(after)];
      expect(encodedChanges(old, now)).toEqual(documentChanges(decodeDocument(old), decodeDocument(now)));
    }),
    { numRuns: 2000 },
  );
});

it('are those of the last one where a field is there twice', () => {
  const twice = (a: number, b: number) => Buffer.from([19, 0, 0, 0, ...int32('a', a), ...int32('a', b), 0]);
  expect(encodedChanges(twice(1, 2), twice(3, 2))).toEqual([]);
  expect(encodedChanges(twice(1, 2), twice(1, 3))).toEqual([{ path: ['a'], before: 2, after: 3 }]);
});

it('identical means the same bytes', () => {
  fc.assert(
    fc.property(documents, documents, (a, b) => {
      expect(isIdentical(a, b)).toBe(bytes(a) === bytes(b));
      expect(isIdentical(a, decodeDocument(encodeDocument(a)))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

it('tells fields, elements and what was put between elements', () => {
  const before = new Map<string, never>(Object.entries({ a: 1, b: [1, 2, 3], c: 'x' } as never));
  const after = new Map<string, never>(Object.entries({ a: 2, b: [1, 9, 2, 3], d: null } as never));
  expect(documentChanges(before, after)).toEqual([
    { path: ['a'], before: 1, after: 2 },
    { path: ['b'], at: 1, removed: [], inserted: [9] },
    { path: ['c'], before: 'x', after: undefined },
    { path: ['d'], before: undefined, after: null },
  ]);
});
