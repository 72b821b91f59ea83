import { Decimal128, Double, Long, ObjectId, type Doc, type Value } from '@argon/bson';
import fc from 'fast-check';

/** Few names and values, so that two documents have much in common and differ in small things, types among them. */
const names = fc.constantFrom('a', 'b', 'c', '0', '__proto__', '');
const scalars: fc.Arbitrary<Value> = fc.constantFrom<Value[]>(
  0,
  1,
  new Double(1),
  new Double(-0),
  Long.fromNumber(1),
  Decimal128.fromString('1.0'),
  'x',
  '',
  true,
  null,
  new Date(0),
  new ObjectId('0123456789abcdef01234567'),
);

export const { value: values, document: documents } = fc.letrec<{ value: Value; document: Doc }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: scalars, weight: 4 },
    fc.array(tie('value'), { maxLength: 4 }),
    tie('document'),
  ),
  document: fc
    .uniqueArray(fc.tuple(names, tie('value')), { maxLength: 5, selector: ([name]) => name })
    .map((fields) => new Map(fields)),
}));
