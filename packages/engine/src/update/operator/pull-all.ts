import { bsonTypeName, valuesEqual, type Collation, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Operation } from '../tree/node';
import { cullingOperation } from './culling';

/** `$pullAll`: takes away all elements that equal one of the values. */
export function compilePullAll(_field: string, argument: Value, collation: Collation | undefined): Operation {
  if (!Array.isArray(argument)) {
    throw new CommandError(
      'BadValue',
      `$pullAll requires an array argument but was given a ${bsonTypeName(argument)}`,
    );
  }
  return cullingOperation((element) => argument.some((value) => valuesEqual(value, element, collation)));
}
