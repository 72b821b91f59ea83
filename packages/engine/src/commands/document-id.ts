import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';

/** What mongod refuses as an `_id` whatever makes the document. */
export function checkIdType(id: Value): CommandError | undefined {
  const type = bsonTypeName(id);
  if (type === 'array' || type === 'regex' || type === 'undefined') {
    return new CommandError('InvalidIdField', `The '_id' value cannot be of type ${type}`);
  }
  return undefined;
}

/** What mongod refuses as the `_id` of an inserted document. */
export function checkId(id: Value): CommandError | undefined {
  const problem = checkIdType(id);
  if (problem !== undefined) return problem;
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
