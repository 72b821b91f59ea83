import { bsonTypeName, isNumber, numericKind, toNumber, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { fieldText } from '../text/value-text';
import { placeText } from '../tree/apply-context';
import { UNCHANGED, type Operation } from '../tree/node';
import { refuseTraversal } from './operator';

/** `$pop`: takes away the last (1) or first (-1) element. */
export function compilePop(field: string, argument: Value): Operation {
  const fromFront = parseEnd(field, argument) === -1;
  return {
    kind: 'operation',
    stores: 'nothing',
    update: (existing, context) => {
      if (!Array.isArray(existing)) {
        throw new CommandError(
          'TypeMismatch',
          `Path '${placeText(context)}' contains an element of non-array type '${bsonTypeName(existing)}'`,
        );
      }
      if (existing.length === 0) return UNCHANGED;
      return fromFront ? existing.slice(1) : existing.slice(0, -1);
    },
    create: () => UNCHANGED,
    blocked: refuseTraversal,
  };
}

function parseEnd(field: string, argument: Value): 1 | -1 {
  if (!isNumber(argument)) {
    throw new CommandError('FailedToParse', `Expected a number in: ${fieldText(field, argument)}`);
  }
  const end = toNumber(argument);
  const kind = numericKind(argument);
  if (!Number.isInteger(end) || ((kind === 'double' || kind === 'decimal') && !Number.isSafeInteger(end))) {
    throw new CommandError('FailedToParse', `Expected an integer: ${fieldText(field, argument)}`);
  }
  if (end !== 1 && end !== -1) throw new CommandError('FailedToParse', `$pop expects 1 or -1, found: ${end}`);
  return end;
}
