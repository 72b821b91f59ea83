import { encodeDocument, type Doc, type Value, isIdentical } from '@argon/bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { documents, values } from '../testing/arbitrary-documents';
import { mergeDocuments } from './merge-documents';

const bytes = (document: Doc): string => Buffer.from(encodeDocument(document)).toString('hex');

it('takes what one side changed', () => {
  fc.assert(
    fc.property(documents, documents, (base, changed) => {
      for (const [ours, theirs] of [
        [changed, base],
        [base, changed],
        [changed, changed],
      ] as const) {
        const { document, conflicts } = mergeDocuments(base, ours, theirs);
        expect(conflicts).toEqual([]);
        expect(bytes(document)).toBe(bytes(changed));
      }
    }),
    { numRuns: 1000 },
  );
});

it('is the same from either side, but for the order of fields and whose value stands in a conflict', () => {
  fc.assert(
    fc.property(documents, documents, documents, (base, a, b) => {
      const one = mergeDocuments(base, a, b, 'ours');
      const other = mergeDocuments(base, b, a, 'theirs');
      expect(sorted(one.document)).toBe(sorted(other.document));
      const paths = ({ conflicts }: typeof one): string[] =>
        conflicts.map(({ path }) => path.join('/')).sort();
      expect(paths(one)).toEqual(paths(other));
    }),
    { numRuns: 1000 },
  );
});

/** Fields that hold no documents or arrays: what a person would do with each of them. */
it('does with each field what three values of it say', () => {
  const scalar = values.filter((value) => !(value instanceof Map) && !Array.isArray(value));
  const flat = fc
    .dictionary(fc.constantFrom('a', 'b', 'c', 'd'), scalar)
    .map((object) => new Map(Object.entries(object)));
  fc.assert(
    fc.property(flat, flat, flat, (base, ours, theirs) => {
      const expected = new Map<string, Value | undefined>();
      const clashes: string[] = [];
      for (const name of ['a', 'b', 'c', 'd']) {
        const [b, o, t] = [base.get(name), ours.get(name), theirs.get(name)];
        if (isIdentical(o, t)) expected.set(name, o);
        else if (isIdentical(b, o)) expected.set(name, t);
        else if (isIdentical(b, t)) expected.set(name, o);
        else {
          clashes.push(name);
          expected.set(name, o);
        }
      }
      const { document, conflicts } = mergeDocuments(base, ours, theirs);
      expect(conflicts.map(({ path }) => path[0]).sort()).toEqual(clashes);
      for (const name of ['a', 'b', 'c', 'd'])
        expect(isIdentical(document.get(name), expected.get(name))).toBe(true);
      expect(document.size).toBe([...expected.values()].filter((value) => value !== undefined).length);
    }),
    { numRuns: 1000 },
  );
});

function sorted(value: Value): string {
  if (value instanceof Map) {
    return `{${[...value]
      .map(([name, field]) => `${JSON.stringify(name)}:${sorted(field)}`)
      .sort()
      .join()}}`;
  }
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  return bytes(new Map([['', value]]));
}
