import { bsonTypeName, type Doc } from '@argon/bson';
import { CommandError } from '../handler/errors';

/** Checks one element of `updates` or `deletes`. @throws CommandError for unknown or missing fields */
export function statementFields(
  statement: Doc,
  where: string,
  known: readonly string[],
  required: readonly string[],
): void {
  for (const field of statement.keys()) {
    if (!known.includes(field)) {
      throw new CommandError(40415, `BSON field '${where}.${field}' is an unknown field.`);
    }
  }
  for (const field of required) {
    if (!statement.has(field)) {
      throw new CommandError(40414, `BSON field '${where}.${field}' is missing but a required field`);
    }
  }
  const filter = statement.get('q');
  if (!(filter instanceof Map)) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '${where}.q' is the wrong type '${bsonTypeName(filter)}', expected type 'object'`,
    );
  }
}
