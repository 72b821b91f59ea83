import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';

/** What mongod refuses as an `_id`. */
export function checkId(id: Value): CommandError | undefined {
  const type = bsonTypeName(id);
  if (type === 'array' || type === 'regex' || type === 'undefined') {
    return new CommandError('InvalidIdField', `The '_id' value cannot be of type ${type}`);
  }
  if (id instanceof Map) {
    for (const field of id.keys()) {
      if (field.startsWith('$')) {
        return new CommandError(
          'DollarPrefixedFieldName',
          `_id fields may not contain '$'-prefixed fields: ${field} is not valid for storage.`,
        );
      }
    }
  }
  return undefined;
}
