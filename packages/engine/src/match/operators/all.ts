import { BSONRegExp } from '@argon/bson';
import type { Collation, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import type { FilterParser } from '../parse/parser';
import { isOperatorDocument } from '../parse/operator-document';
import { comparison } from './comparison/comparison';
import { elemMatchCondition } from './elem-match';
import { regexCondition } from './regex';

/** `$all`: the conjunction of its operands, which are values and regular expressions, or `$elemMatch` documents. */
export function allCondition(operand: Value, parser: FilterParser): Condition {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$all needs an array');
  const [first] = operand;
  if (first === undefined) return { kind: 'never' };
  const ofElemMatch = first instanceof Map && first.keys().next().value === '$elemMatch';
  const conditions = operand.map((item) =>
    ofElemMatch ? elemMatch(item, parser) : equality(item, parser.scope.collation),
  );
  return { kind: 'all', conditions };
}

function elemMatch(item: Value, parser: FilterParser): Condition {
  if (!(item instanceof Map) || item.keys().next().value !== '$elemMatch') {
    throw new CommandError('BadValue', '$all/$elemMatch has to be consistent');
  }
  return elemMatchCondition(item.get('$elemMatch')!, parser);
}

function equality(item: Value, collation: Collation | undefined): Condition {
  if (item instanceof BSONRegExp) return regexCondition(item.pattern, item.options);
  if (isOperatorDocument(item)) throw new CommandError('BadValue', 'no $ expressions in $all');
  return comparison('$eq', item, collation);
}
