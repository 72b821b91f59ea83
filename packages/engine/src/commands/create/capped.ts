import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Operation } from '../../handler/operation';
import { truth, whole } from '../../handler/arguments';

/** mongod's largest capped collection, bytes. */
const MAX_SIZE = 2 ** 50;
const MAX_DOCUMENTS = 2 ** 31;
/** Sizes are multiples of it. */
const BLOCK = 256;

/** `capped`, `size` and `max` of a create command, as they are kept: `{capped: true, size, max?}`, or nothing. */
export function cappedOptions({ command }: Operation): Map<string, Value> {
  const options = new Map<string, Value>();
  const size = whole(command.get('size'));
  const max = whole(command.get('max'));
  if (size !== undefined) checkCappedSize(size);
  if (max !== undefined && max >= MAX_DOCUMENTS) throw outOfRange('max', `< ${MAX_DOCUMENTS}`, max);
  if (!truth(command.get('capped'))) {
    if (size === undefined && max === undefined) return options;
    throw new CommandError(
      'InvalidOptions',
      "the 'capped' field needs to be true when either the 'size' or 'max' fields are present",
    );
  }
  if (size === undefined) {
    throw new CommandError('InvalidOptions', "the 'size' field is required when 'capped' is true");
  }
  options.set('capped', true).set('size', roundedSize(size));
  if (max !== undefined) options.set('max', max > 0 ? max : MAX_DOCUMENTS - 1);
  return options;
}

/** @throws CommandError 51024 for what no capped collection can have */
export function checkCappedSize(size: number, field = 'size'): void {
  if (size < 1) throw outOfRange(field, '>= 1', size);
  if (size > MAX_SIZE) throw outOfRange(field, `<= ${MAX_SIZE}`, size);
}

export function roundedSize(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

function outOfRange(field: string, range: string, value: number): CommandError {
  return new CommandError(51024, `BSON field '${field}' value must be ${range}, actual value '${value}'`);
}
