import { Double, Long } from 'bson';
import { makeDouble } from '../numeric/kinds';
import type { Doc, Value } from '../value';
import { Scanner } from './scanner';
import { unwrap } from './wrappers';

/** Deeper text is refused, long before the stack ends. */
const DEEPEST = 500;
const INT64_LIMIT = 1n << 63n;

/**
 * Reads Extended JSON v2, canonical or relaxed. Field order is kept, whatever the names. A number without a fraction
 * or an exponent is an int32, else an int64, else a double; one with either is a double (`1.0` too). `{"$regex": …}`
 * stays a document, since it is an operator as well.
 *
 * @throws EjsonSyntaxError for malformed text, a field that occurs twice, or a malformed type wrapper.
 */
export function parseEjson(text: string): Value {
  const scanner = new Scanner(text);
  const value = parseValue(scanner, 0);
  if (scanner.peek() !== '') scanner.fail(`expected the end of the text, found ${scanner.found()}`);
  return value;
}

function parseValue(scanner: Scanner, depth: number): Value {
  switch (scanner.peek()) {
    case '{':
      return parseObject(scanner, depth + 1);
    case '[':
      return parseArray(scanner, depth + 1);
    case '"':
      return scanner.string();
    case 't':
      scanner.word('true');
      return true;
    case 'f':
      scanner.word('false');
      return false;
    case 'n':
      scanner.word('null');
      return null;
    default:
      return parseNumber(scanner.number());
  }
}

function parseNumber(written: string): Value {
  if (/[.eE]/.test(written)) return makeDouble(Number(written));
  const number = Number(written);
  if (Object.is(number, -0)) return number;
  if (number === (number | 0)) return number;
  const integer = BigInt(written);
  if (integer >= -INT64_LIMIT && integer < INT64_LIMIT) return Long.fromBigInt(integer);
  return number === (number | 0) ? new Double(number) : number;
}

function parseArray(scanner: Scanner, depth: number): Value[] {
  if (depth > DEEPEST) scanner.fail(`arrays and objects are nested more than ${DEEPEST} levels deep`);
  scanner.expect('[', 'at the start of an array');
  const items: Value[] = [];
  if (scanner.take(']')) return items;
  do items.push(parseValue(scanner, depth));
  while (scanner.take(','));
  scanner.expect(']', "or ',' in an array");
  return items;
}

function parseObject(scanner: Scanner, depth: number): Value {
  if (depth > DEEPEST) scanner.fail(`arrays and objects are nested more than ${DEEPEST} levels deep`);
  scanner.peek();
  const start = scanner.offset;
  scanner.expect('{', 'at the start of an object');
  const doc: Doc = new Map();
  if (scanner.take('}')) return doc;
  do {
    if (scanner.peek() !== '"')
      scanner.fail(`expected a field name in double quotes, found ${scanner.found()}`);
    const at = scanner.offset;
    const name = scanner.string();
    if (doc.has(name)) scanner.fail(`the field ${JSON.stringify(name)} occurs twice in one object`, at);
    if (name.includes('\0')) scanner.fail('a field name holds a zero byte, which BSON does not allow', at);
    scanner.expect(':', 'after a field name');
    doc.set(name, parseValue(scanner, depth));
  } while (scanner.take(','));
  scanner.expect('}', "or ',' in an object");
  return unwrap(doc, (problem) => scanner.fail(problem, start));
}
