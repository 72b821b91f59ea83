import { encodeDocument, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { tokenDocument, type ResumeToken } from './resume-token';

/**
 * An event in parts that each fit into a document: its fields, smallest first, so that the first part says what happened. Each
 * part has a token of its own and says which of how many it is.
 * @throws CommandError BSONObjectTooLarge if one field by itself is too large
 */
export function splitEvent(event: Doc, token: ResumeToken, limit: number): Uint8Array[] {
  const sized = [...event]
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => ({ name, value, size: encodeDocument(new Map([[name, value]])).length }))
    .sort((a, b) => a.size - b.size);
  const around = fragment([], token, 0, 0).length;
  const parts: { name: string; value: Value }[][] = [[]];
  let size = around;
  for (const field of sized) {
    if (around + field.size > limit) {
      throw new CommandError(
        'BSONObjectTooLarge',
        `The event cannot be split: its field '${field.name}' alone has ${field.size} bytes, and an event's part at most ${limit}`,
      );
    }
    if (size + field.size > limit) {
      parts.push([]);
      size = around;
    }
    parts.at(-1)!.push(field);
    size += field.size;
  }
  return parts.map((fields, n) => fragment(fields, token, n, parts.length));
}

function fragment(
  fields: readonly { readonly name: string; readonly value: Value }[],
  token: ResumeToken,
  n: number,
  of: number,
): Uint8Array {
  // After the last part a stream goes on with the next event.
  const own = n === of - 1 ? token : { ...token, fragment: n };
  const document: Doc = new Map<string, Value>([
    ['_id', tokenDocument(own)],
    [
      'splitEvent',
      new Map([
        ['fragment', n + 1],
        ['of', of],
      ]),
    ],
  ]);
  for (const { name, value } of fields) document.set(name, value);
  return encodeDocument(document);
}
