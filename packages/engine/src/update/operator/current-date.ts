import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { ApplyContext } from '../tree/apply-context';
import type { Operation } from '../tree/node';
import { refuseCreation } from './operator';

/** `$currentDate`: the time of the update, as a date (`true`, `{$type: 'date'}`) or a timestamp. */
export function compileCurrentDate(_field: string, argument: Value): Operation {
  const asTimestamp = wantsTimestamp(argument);
  const value = (context: ApplyContext): Value => (asTimestamp ? context.timestamp() : new Date(context.now));
  return {
    kind: 'operation',
    stores: 'value',
    update: (_existing, context) => value(context),
    create: value,
    blocked: refuseCreation,
  };
}

function wantsTimestamp(argument: Value): boolean {
  if (typeof argument === 'boolean') return false;
  if (!(argument instanceof Map)) {
    throw new CommandError(
      'BadValue',
      `${bsonTypeName(argument)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  let type: Value | undefined;
  for (const [name, value] of argument) {
    if (name !== '$type') throw new CommandError('BadValue', `Unrecognized $currentDate option: ${name}`);
    type = value;
  }
  if (type === 'date') return false;
  if (type === 'timestamp') return true;
  throw new CommandError(
    'BadValue',
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
  );
}
