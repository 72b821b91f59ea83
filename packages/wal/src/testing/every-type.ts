import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  BsonUndefined,
  Code,
  DBPointer,
  Decimal128,
  Double,
  encodeDocument,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from '@argon/bson';

const id = new ObjectId('507f1f77bcf86cd799439011');

/** A value of every BSON type, the awkward ones of each. */
const VALUES: Readonly<Record<string, Value>> = {
  int: 42,
  intLowest: -(2 ** 31),
  long: Long.fromNumber(42),
  longLowest: Long.MIN_VALUE,
  longBig: Long.fromString('9007199254740993'),
  double: 1.5,
  doubleWhole: new Double(1),
  doubleHuge: 1e300,
  doubleMinusZero: -0,
  doubleNaN: Number.NaN,
  doubleInfinity: -Infinity,
  decimal: Decimal128.fromString('1.10'),
  decimalNaN: Decimal128.fromString('NaN'),
  string: 'plain',
  stringEmpty: '',
  stringNumber: '42',
  stringDecimal: '1e3',
  stringTrue: 'true',
  stringNull: 'null',
  stringDate: '2026-01-31T12:00:00Z',
  stringJson: '{"a": 1}',
  stringQuoted: '"quoted", with; commas',
  stringLines: 'two\r\nlines\tand\u0000zero',
  stringSpaces: ' spaces ',
  stringWide: 'Zürich 東京 😀 ﬃ',
  boolTrue: true,
  boolFalse: false,
  null: null,
  objectId: id,
  date: new Date('2026-01-31T12:00:00.123Z'),
  dateOld: new Date(-62135596800001),
  dateFar: new Date(8.64e15),
  timestamp: new Timestamp({ t: 1, i: 4294967295 }),
  binary: new Binary(Buffer.from([0, 1, 255]), 0),
  uuid: new Binary(Buffer.from('0123456789abcdef0123456789abcdef', 'hex'), 4),
  binaryUser: new Binary(Buffer.from('x'), 128),
  regex: new BSONRegExp('^a.*b$', 'im'),
  code: new Code('function () { return 1; }'),
  codeScope: new Code('x', new Map([['x', 1]])),
  symbol: new BSONSymbol('symbol'),
  dbPointer: new DBPointer('db.c', id),
  undefined: BsonUndefined.VALUE,
  minKey: new MinKey(),
  maxKey: new MaxKey(),
  document: new Map<string, Value>([
    ['z', 1],
    ['10', Long.fromNumber(2)],
    ['1', new Map<string, Value>([['b', null]])],
    ['a.b', 'dotted'],
    ['', 'unnamed'],
    ['__proto__', 'data'],
  ]),
  documentEmpty: new Map(),
  array: [1, new Double(2), [Long.fromNumber(3)], new Map([['x', 'y']])],
  arrayEmpty: [],
  dbRef: new Map<string, Value>([
    ['$ref', 'other'],
    ['$id', id],
  ]),
};

/** Documents of all types: one per value, with `_id`s of several types, and one that has them all in an awkward order. */
export function everyType(): readonly Uint8Array[] {
  const single = Object.entries(VALUES).map(([name, value], i) =>
    encodeDocument(
      new Map<string, Value>([
        [
          '_id',
          [
            i,
            `id-${i}`,
            Long.fromNumber(2 ** 40 + i),
            new Map<string, Value>([
              ['b', i],
              ['a', 1],
            ]),
          ][i % 4]!,
        ],
        [name, value],
      ]),
    ),
  );
  const all = encodeDocument(new Map<string, Value>([['_id', 'all'], ...Object.entries(VALUES)]));
  const numbered = encodeDocument(
    new Map<string, Value>([
      ['_id', 'numbered'],
      ['2', 'two'],
      ['10', 'ten'],
      ['1', 'one'],
    ]),
  );
  return [...single, all, numbered];
}
