import { BSONRegExp } from '@argon/bson';
import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import type { Container, MatchNode } from '../node';
import type { FilterParser } from '../parse/parser';
import { regexCondition } from './regex';

/** `$not`: the opposite of all its operators together, or of a regular expression. */
export function notCondition(operand: Value, path: string, parser: FilterParser): Condition {
  if (operand instanceof BSONRegExp) {
    return { kind: 'not', condition: regexCondition(operand.pattern, operand.options) };
  }
  if (!(operand instanceof Map)) throw new CommandError('BadValue', '$not needs a regex or a document');
  if (operand.size === 0) throw new CommandError('BadValue', '$not cannot be empty');
  return { kind: 'not', condition: { kind: 'all', conditions: parser.fieldConditions(path, operand) } };
}

/** `$not`, and the negation in `$ne` and `$nin`: true where the condition holds for no value at the path. */
export class NotNode implements MatchNode {
  constructor(readonly child: MatchNode) {}

  decoded(document: Container): boolean {
    return !this.child.decoded(document);
  }

  raw(bytes: Uint8Array, offset: number): boolean {
    return !this.child.raw(bytes, offset);
  }
}
