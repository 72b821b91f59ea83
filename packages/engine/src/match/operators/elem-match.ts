import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import { onValue } from '../condition';
import type { MatchNode, Position, ValueTest } from '../node';
import type { FilterParser } from '../parse/parser';
import { isOperatorDocument } from '../parse/operator-document';
import { afterZero, BSON_ARRAY, BSON_DOCUMENT, int32At, valueEnd } from '../walk/bytes';

/**
 * `$elemMatch`, in both its forms: `{$gt: 1, $lt: 5}` asks items themselves; anything else (`{b: 1}`, `{$or: […]}`)
 * is a filter on items that are documents or arrays.
 */
export function elemMatchCondition(operand: Value, parser: FilterParser): Condition {
  if (!(operand instanceof Map)) throw new CommandError('BadValue', '$elemMatch needs an Object');
  const [first] = operand.keys();
  const ofValues = isOperatorDocument(operand, 'any part of a DBRef') && !parser.isTopLevelOperator(first!);
  const test = ofValues
    ? new ValueElemMatch(parser.fieldConditions('', operand))
    : new ObjectElemMatch(parser.nested(operand));
  return { kind: 'test', operator: '$elemMatch', operand, test, arrays: 'whole' };
}

/** An array with an item of which all conditions hold. */
export class ValueElemMatch implements ValueTest {
  private readonly test: ValueTest;

  constructor(readonly conditions: readonly Condition[]) {
    this.test = onValue({ kind: 'all', conditions });
  }

  decoded(value: Value | undefined, position?: Position): boolean {
    if (!Array.isArray(value)) return false;
    const index = value.findIndex((item) => this.test.decoded(item));
    return foundAt(index, position);
  }

  raw(bytes: Uint8Array, type: number, start: number, position?: Position): boolean {
    if (type !== BSON_ARRAY) return false;
    const limit = start + int32At(bytes, start) - 1;
    let at = start + 4;
    for (let index = 0; at < limit; index++) {
      const itemType = bytes[at]!;
      const item = afterZero(bytes, at + 1);
      if (this.test.raw(bytes, itemType, item)) return foundAt(index, position);
      at = valueEnd(bytes, itemType, item);
    }
    return false;
  }
}

/** An array with an item, a document or an array, that a filter matches. */
export class ObjectElemMatch implements ValueTest {
  constructor(readonly filter: MatchNode) {}

  decoded(value: Value | undefined, position?: Position): boolean {
    if (!Array.isArray(value)) return false;
    const index = value.findIndex(
      (item) => (item instanceof Map || Array.isArray(item)) && this.filter.decoded(item),
    );
    return foundAt(index, position);
  }

  raw(bytes: Uint8Array, type: number, start: number, position?: Position): boolean {
    if (type !== BSON_ARRAY) return false;
    const limit = start + int32At(bytes, start) - 1;
    let at = start + 4;
    for (let index = 0; at < limit; index++) {
      const itemType = bytes[at]!;
      const item = afterZero(bytes, at + 1);
      const isDocument = itemType === BSON_DOCUMENT || itemType === BSON_ARRAY;
      if (isDocument && this.filter.raw(bytes, item)) return foundAt(index, position);
      at = valueEnd(bytes, itemType, item);
    }
    return false;
  }
}

function foundAt(index: number, position: Position | undefined): boolean {
  if (index < 0) return false;
  if (position !== undefined) position.index = index;
  return true;
}
