import { isNumber, toNumber } from '@argon/bson';
import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { MatchNode } from '../node';

/** `$alwaysFalse` and `{$all: []}`: matches nothing. */
export class NeverNode implements MatchNode {
  static readonly INSTANCE = new NeverNode();

  decoded(): boolean {
    return false;
  }

  raw(): boolean {
    return false;
  }
}

/** `$alwaysTrue` and `$alwaysFalse` take only a 1. */
export function requireOne(operator: string, operand: Value): void {
  if (isNumber(operand) && toNumber(operand) === 1) return;
  throw new CommandError('FailedToParse', `${operator} must be an integer value of 1`);
}
