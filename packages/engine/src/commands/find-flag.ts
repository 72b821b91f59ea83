import { bsonTypeName } from '@argon/bson';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';

/** An option of find that must be a boolean, and no number that could stand for one. @throws CommandError */
export function findFlag({ command }: Operation, field: string): boolean {
  const value = command.get(field);
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw new CommandError(
    'TypeMismatch',
    `Field '${field}' should be a boolean value, but found: ${bsonTypeName(value)}`,
  );
}
