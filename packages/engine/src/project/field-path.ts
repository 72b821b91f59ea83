import { CommandError } from '../handler/errors';

/** Those of references, and what `showRecordId` calls its field. */
const DOLLAR_FIELDS = new Set(['$id', '$ref', '$db', '$recordId']);

/**
 * The parts of a dotted path in a projection.
 *
 * @throws CommandError with mongod's codes for empty parts, parts that start with `$` and null bytes.
 */
export function projectionPath(path: string): string[] {
  if (path === '') throw new CommandError(40352, 'FieldPath cannot be constructed with empty string');
  if (path.endsWith('.')) throw new CommandError(40353, "FieldPath must not end with a '.'.");
  const parts = path.split('.');
  for (const part of parts) {
    if (part === '') throw new CommandError(15998, 'FieldPath field names may not be empty strings.');
    if (part.startsWith('$') && !DOLLAR_FIELDS.has(part)) {
      throw new CommandError(
        16410,
        "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
      );
    }
    if (part.includes('\0'))
      throw new CommandError(16411, 'FieldPath field names may not contain null bytes.');
  }
  return parts;
}
