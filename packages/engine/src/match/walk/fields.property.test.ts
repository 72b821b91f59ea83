import { decodeDocument, encodeDocument, type Value } from '@argon/bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFields, wantedField } from './fields';

const names = fc.constantFrom('a', 'ab', 'abc', 'b', 'é', 'éa', '_id', '', 'x y');
const values = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer()),
  fc.dictionary(
    fc.string({ maxLength: 3 }).filter((key) => !key.includes('\0')),
    fc.integer(),
  ),
);

it('reads what decoding all of the document gives', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(names, values)),
      fc.uniqueArray(names, { minLength: 1 }),
      (fields, wanted) => {
        const bytes = encodeDocument(new Map(fields as [string, Value][]));
        const whole = decodeDocument(bytes);
        const read = readFields(bytes, wanted.map(wantedField));
        const expected = [...whole].filter(([name]) => (wanted as string[]).includes(name));
        expect([...read]).toEqual(expected);
      },
    ),
  );
});

it('takes the first of two fields of one name', () => {
  const [one, two] = [1, 2].map((value) => encodeDocument({ a: value }));
  const both = Buffer.concat([one!.subarray(0, -1), two!.subarray(4)]);
  both.writeInt32LE(both.length, 0);
  expect([...readFields(both, [wantedField('a'), wantedField('b')])]).toEqual([['a', expect.anything()]]);
  expect(readFields(both, [wantedField('a')]).get('a')).toEqual(decodeDocument(one!).get('a'));
});
