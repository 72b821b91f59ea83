import { decodeDocument, encodeDocument, type Doc, isIdentical } from '@argon/bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { documents } from '../testing/arbitrary-documents';
import { applyChanges, documentChanges } from './changes';

const bytes = (document: Doc): string => Buffer.from(encodeDocument(document)).toString('hex');

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
