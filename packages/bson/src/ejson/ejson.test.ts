import { Binary, BSONRegExp, Code, Decimal128, Double, Long, ObjectId, Timestamp } from 'bson';
import { describe, expect, it } from 'vitest';
import { FarDate } from '../document/dates';
import { BsonUndefined } from '../value';
import type { Value } from '../value';
import { EjsonSyntaxError } from './error';
import { parseEjson } from './parse';
import { stringifyEjson } from './stringify';

describe('parseEjson', () => {
  it.each<[string, Value]>([
    ['1', 1],
    ['1.0', new Double(1)],
    ['-0', -0],
    ['1e3', new Double(1000)],
    ['2147483648', Long.fromNumber(2 ** 31)],
    ['-9223372036854775808', Long.MIN_VALUE],
    ['9223372036854775808', 2 ** 63],
    ['"\\u00e9\\n\\/"', 'é\n/'],
    ['"\\ud83d\\ude00"', '😀'],
    [' [ 1 , [ ] , { } ] ', [1, [], new Map()]],
    ['{"$oid":"00112233445566778899aabb"}', new ObjectId('00112233445566778899aabb')],
    ['{"$numberInt":"-5"}', -5],
    ['{"$numberLong":"5"}', Long.fromNumber(5)],
    ['{"$numberDouble":"-Infinity"}', -Infinity],
    ['{"$numberDouble":"5"}', new Double(5)],
    ['{"$numberDecimal":"1.50"}', Decimal128.fromString('1.50')],
    ['{"$binary":{"base64":"AQI=","subType":"5"}}', new Binary(Buffer.from([1, 2]), 5)],
    ['{"$binary":"AQI=","$type":"80"}', new Binary(Buffer.from([1, 2]), 128)],
    [
      '{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"}',
      new Binary(Buffer.from('00112233445566778899aabbccddeeff', 'hex'), 4),
    ],
    ['{"$date":"2020-01-02T03:04:05Z"}', new Date('2020-01-02T03:04:05Z')],
    ['{"$date":"2020-01-02T03:04:05.678+0100"}', new Date('2020-01-02T02:04:05.678Z')],
    ['{"$date":{"$numberLong":"-1"}}', new Date(-1)],
    ['{"$date":1577934245000}', new Date(1577934245000)],
    ['{"$date":{"$numberLong":"9223372036854775807"}}', new FarDate(2n ** 63n - 1n)],
    ['{"$timestamp":{"t":4294967295,"i":1}}', new Timestamp({ t: 4294967295, i: 1 })],
    ['{"$regularExpression":{"pattern":"a","options":"i"}}', new BSONRegExp('a', 'i')],
    ['{"$code":"f","$scope":{"x":1}}', new Code('f', new Map([['x', 1]]))],
    ['{"$undefined":true}', BsonUndefined.VALUE],
    [
      '{"$regex":"a","$options":"i"}',
      new Map([
        ['$regex', 'a'],
        ['$options', 'i'],
      ]),
    ],
    [
      '{"$ref":"c","$id":1}',
      new Map<string, Value>([
        ['$ref', 'c'],
        ['$id', 1],
      ]),
    ],
  ])('%s', (text, value) => {
    const parsed = parseEjson(text);
    expect(parsed).toEqual(value);
    expect(Object.is(parsed, -0)).toBe(Object.is(value, -0));
  });

  it('keeps the order of fields, whatever their names', () => {
    const doc = parseEjson('{"b":1,"10":2,"9":3,"__proto__":4,"$set":5}') as Map<string, Value>;
    expect([...doc.keys()]).toEqual(['b', '10', '9', '__proto__', '$set']);
  });

  it.each<[string, number, number, RegExp]>([
    ['', 1, 1, /end of the text/],
    ['{"a":1,}', 1, 8, /field name/],
    ['{"a":1\n "b":2}', 2, 2, /expected '}' or ','/],
    ['[1,\n2,,]', 2, 3, /expected a value/],
    ['{"a":1,"a":2}', 1, 8, /twice/],
    ["{'a':1}", 1, 2, /double quotes/],
    ['{"a":tru}', 1, 6, /expected a value/],
    ['nullx', 1, 1, /expected a value/],
    ['01', 1, 1, /malformed/],
    ['1.', 1, 1, /malformed/],
    ['"abc', 1, 1, /closing quote/],
    ['"a\nb"', 1, 3, /control character/],
    ['"\\x"', 1, 2, /escape/],
    ['"\\u12g4"', 1, 2, /hexadecimal/],
    ['"\\ud800"', 1, 1, /surrogate/],
    ['{"a\\u0000":1}', 1, 2, /zero byte/],
    ['1 2', 1, 3, /end of the text/],
    ['[{"$oid":"xyz"}]', 1, 2, /24 hexadecimal/],
    ['{"$oid":"00112233445566778899aabb","x":1}', 1, 1, /cannot have 'x'/],
    ['{"$numberInt":"2147483648"}', 1, 1, /32-bit/],
    ['{"$numberLong":"9223372036854775808"}', 1, 1, /64-bit/],
    ['{"$numberDouble":"abc"}', 1, 1, /numberDouble/],
    ['{"$numberDecimal":"1.2.3"}', 1, 1, /numberDecimal/],
    ['{"$date":"yesterday"}', 1, 1, /ISO-8601/],
    ['{"$date":1.5}', 1, 1, /ISO-8601/],
    ['{"$timestamp":{"t":-1,"i":0}}', 1, 1, /unsigned/],
    ['{"$binary":{"base64":"?","subType":"00"}}', 1, 1, /base64/],
    ['{"$binary":{"base64":"AA=="}}', 1, 1, /'base64' and 'subType'/],
    ['{"$uuid":"1234"}', 1, 1, /32 hexadecimal/],
  ])('%s is refused at line %i, column %i', (text, line, column, message) => {
    try {
      parseEjson(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(EjsonSyntaxError);
      expect(error).toMatchObject({ line, column });
      expect((error as Error).message).toMatch(message);
    }
  });

  it('refuses text nested too deep instead of overflowing the stack', () => {
    expect(() => parseEjson('['.repeat(100_000))).toThrow(EjsonSyntaxError);
  });
});

describe('stringifyEjson', () => {
  const doc = new Map<string, Value>([
    ['i', 1],
    ['d', new Double(1)],
    ['z', -0],
    ['l', Long.fromNumber(5)],
    ['n', Number.NaN],
    ['t', new Date('2020-01-02T03:04:05.000Z')],
    ['a', [new Map(), []]],
  ]);

  it('writes relaxed text', () => {
    expect(stringifyEjson(doc)).toBe(
      '{"i":1,"d":1.0,"z":-0.0,"l":5,"n":{"$numberDouble":"NaN"},"t":{"$date":"2020-01-02T03:04:05Z"},"a":[{},[]]}',
    );
  });

  it('writes canonical text', () => {
    expect(stringifyEjson(doc, { relaxed: false })).toBe(
      '{"i":{"$numberInt":"1"},"d":{"$numberDouble":"1.0"},"z":{"$numberDouble":"-0.0"},"l":{"$numberLong":"5"},' +
        '"n":{"$numberDouble":"NaN"},"t":{"$date":{"$numberLong":"1577934245000"}},"a":[{},[]]}',
    );
  });

  it('indents', () => {
    expect(stringifyEjson({ a: [1, { b: 2 }], c: undefined }, { indent: 2 })).toBe(
      '{\n  "a": [\n    1,\n    {\n      "b": 2\n    }\n  ]\n}',
    );
  });
});
