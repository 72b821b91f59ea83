import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';

/**
 * Refuses what cannot be an `_id`.
 * @throws CommandError InvalidIdField for an array, a regular expression or undefined; DollarPrefixedFieldName for
 *   a document with such a name at any depth
 */
export function checkIdValue(id: Value): void {
  const type = bsonTypeName(id);
  if (type === 'array' || type === 'regex' || type === 'undefined') {
    throw new CommandError('InvalidIdField', `The '_id' value cannot be of type ${type}`);
  }
  checkNames(id);
}

function checkNames(value: Value): void {
  if (Array.isArray(value)) value.forEach(checkNames);
  if (!(value instanceof Map)) return;
  for (const [name, field] of value) {
    if (name.startsWith('$')) {
      throw new CommandError(
        'DollarPrefixedFieldName',
        `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
      );
    }
    checkNames(field);
  }
}

/** An upsert would give its new document an array as `_id`. */
export function idIsArray(field: 'field' | '(immutable) field'): CommandError {
  return new CommandError(
    'NotSingleValueField',
    `After applying the update to the document, the ${field} '_id' was found to be an array or array descendant.`,
  );
}
