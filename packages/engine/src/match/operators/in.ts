import { BSONRegExp, BSONSymbol, BsonUndefined, encodeKey, isNumber } from '@argon/bson';
import type { Collation, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import { MISSING } from '../node';
import type { ValueTest } from '../node';
import { isOperatorDocument } from '../parse/operator-document';
import { decodeAt, int32At } from '../walk/bytes';
import { doubleAt } from '../walk/numbers';
import { comparison } from './comparison/comparison';
import { exactNumber } from './comparison/exact-number';
import { regexTest } from './regex';

/** `$in`: equal to one of the operands, or matched by one of them that is a regular expression. */
export function inCondition(operand: Value, collation: Collation | undefined): Condition {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$in needs an array');
  const patterns: ValueTest[] = [];
  const values: Value[] = [];
  for (const item of operand) {
    if (isOperatorDocument(item)) throw new CommandError('BadValue', 'cannot nest $ under $in');
    if (item instanceof BsonUndefined) {
      throw new CommandError('BadValue', 'InMatchExpression equality cannot be undefined');
    }
    if (item instanceof BSONRegExp) patterns.push(regexTest(item.pattern, item.options));
    else values.push(item);
  }
  // As in mongod, where it also makes `{a: {$in: [1]}}` an equality that an upsert copies.
  if (values.length === 1 && patterns.length === 0) return comparison('$eq', values[0]!, collation);
  const test = new InTest(values, patterns, collation);
  return { kind: 'test', operator: '$in', operand, test, arrays: 'items' };
}

/** Operands by how they are looked up: strings and numbers directly, everything else by its order-preserving key. */
class InTest implements ValueTest {
  private readonly strings = new Set<string>();
  private readonly numbers = new Set<number>();
  /** Keys of all operands: equal values have equal keys, whatever their types. */
  private readonly keys = new Set<string>();
  /** Whether an operand is a number that JavaScript's numbers cannot stand for. */
  private readonly hasWideNumber: boolean = false;
  private readonly hasNull: boolean;

  constructor(
    values: readonly Value[],
    private readonly patterns: readonly ValueTest[],
    private readonly collation: Collation | undefined,
  ) {
    this.hasNull = values.includes(null);
    for (const value of values) {
      this.keys.add(encodeKey([value], undefined, collation));
      if (typeof value === 'string') this.strings.add(value);
      else if (value instanceof BSONSymbol) this.strings.add(value.toString());
      else if (isNumber(value)) {
        const number = exactNumber(value);
        if (number === undefined) this.hasWideNumber = true;
        else this.numbers.add(number);
      }
    }
  }

  decoded(value: Value | undefined): boolean {
    if (value === undefined) return this.hasNull;
    if (this.hasValue(value)) return true;
    return this.patterns.length > 0 && this.patterns.some((pattern) => pattern.decoded(value));
  }

  raw(bytes: Uint8Array, type: number, start: number): boolean {
    if (type === 16) return this.hasValue(int32At(bytes, start));
    if (type === 1) return this.hasValue(doubleAt(bytes, start));
    return type === MISSING ? this.hasNull : this.decoded(decodeAt(bytes, type, start));
  }

  private hasValue(value: Value): boolean {
    if (typeof value === 'string' && this.collation === undefined) return this.strings.has(value);
    if (typeof value === 'number') {
      return this.numbers.has(value) || (this.hasWideNumber && this.keys.has(encodeKey([value])));
    }
    if (value instanceof BsonUndefined) return this.hasNull;
    return this.keys.has(encodeKey([value], undefined, this.collation));
  }
}
