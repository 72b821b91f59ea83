import {
  Binary,
  BSONRegExp,
  Decimal128,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  toDoc,
  type Value,
} from '@argon/bson';
import { expect, it } from 'vitest';
import { hashedValue } from './element-hash';

const decimal = (text: string) => Decimal128.fromString(text);

/** As mongod 6.0 computes them (`$toHashedIndexKey`). */
const HASHES: readonly (readonly [unknown, string])[] = [
  [1, '5902408780260971510'],
  [2.5, '848411777775835583'],
  [-2.5, '4563317049361071164'],
  [2 ** 63, '4532067210535695462'],
  [-(2 ** 63), '4532067210535695462'],
  [1e30, '921523596458303250'],
  [-Infinity, '4532067210535695462'],
  [NaN, '4854801880128277513'],
  [Long.fromNumber(5), '4470791281878691347'],
  [decimal('1.9'), '5902408780260971510'],
  [decimal('1E-30'), '4854801880128277513'],
  [decimal('1E30'), '921523596458303250'],
  [decimal('-1E30'), '4532067210535695462'],
  [decimal('NaN'), '4854801880128277513'],
  [decimal('9223372036854775808'), '921523596458303250'],
  ['x', '-5169800095944007213'],
  ['', '2049396243249673340'],
  [{}, '7980500913326740417'],
  [{ x: 1 }, '7474495253792072532'],
  [{ x: { y: 'z' } }, '5062791963016518075'],
  [{ x: [1, { y: 2 }] }, '-1106714499726932397'],
  [{ '': 1 }, '-7510532284758524181'],
  [{ x: {} }, '-7423345299389073904'],
  [true, '6405873908747105701'],
  [null, '2338878944348059895'],
  [new Date(5), '2834597487171300937'],
  [new BSONRegExp('a', 'i'), '-1736204118293582337'],
  [new MinKey(), '7961148599568647290'],
  [new MaxKey(), '5504842513779440750'],
  [new ObjectId('0123456789abcdef01234567'), '2741278085215419733'],
  [new Binary(Buffer.from([1, 2]), 0), '-265437425692199210'],
  [new Timestamp({ t: 1, i: 2 }), '6130793394493442031'],
];

it('hashes as mongod does', () => {
  const ours = HASHES.map(([value]) => hashedValue(toDoc({ value }).get('value') as Value).toString());
  expect(ours).toEqual(HASHES.map(([, hash]) => hash));
});
