import { EjsonSyntaxError, ObjectId, parseEjson, type Value } from '@argon/bson';
import { ArgumentSyntaxError } from '../errors/errors';
import { problemOf } from './arguments';

/**
 * Reads an `_id`: Extended JSON (`7`, `"a"`, `{"$oid": "…"}`), 24 hex digits for an ObjectId, or a bare word for a string.
 * @throws ArgumentSyntaxError
 */
export function readId(text: string, argument: string): Value {
  if (/^[0-9a-f]{24}$/i.test(text)) return new ObjectId(text);
  try {
    return parseEjson(text);
  } catch (error) {
    if (!(error instanceof EjsonSyntaxError)) throw error;
    if (/^\p{L}[\p{L}\p{N}_.:@/-]*$/u.test(text)) return text;
    throw new ArgumentSyntaxError(argument, problemOf(error), error, text);
  }
}
