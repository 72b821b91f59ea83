import { BsonUndefined, isCollatable, isNumber, ObjectId } from '@argon/bson';
import type { Collation, Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Condition } from '../../condition';
import type { ValueTest } from '../../node';
import { AnyComparison } from './any';
import { exactNumber } from './exact-number';
import { NumberComparison } from './number';
import { ObjectIdComparison } from './object-id';
import { StringComparison } from './string';
import { VERDICTS } from './verdict';
import type { ComparisonOperator, Verdict } from './verdict';

/** `$eq`, `$gt`, `$gte`, `$lt`, `$lte` and the implicit equality `{field: operand}`. */
export function comparison(
  operator: ComparisonOperator,
  operand: Value,
  collation: Collation | undefined,
): Condition {
  if (operand instanceof BsonUndefined) throw new CommandError('BadValue', 'cannot compare to undefined');
  return {
    kind: 'test',
    operator,
    operand,
    test: comparisonTest(operand, VERDICTS[operator], collation),
    arrays: 'items',
  };
}

function comparisonTest(operand: Value, verdict: Verdict, collation: Collation | undefined): ValueTest {
  if (collation !== undefined && isCollatable(operand)) return new AnyComparison(operand, verdict, collation);
  if (typeof operand === 'string') return new StringComparison(operand, verdict);
  if (operand instanceof ObjectId) return new ObjectIdComparison(operand, verdict);
  if (isNumber(operand)) {
    const number = exactNumber(operand);
    if (number !== undefined) return new NumberComparison(operand, number, verdict);
  }
  return new AnyComparison(operand, verdict);
}
