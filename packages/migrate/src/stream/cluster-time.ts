import { decodeDocument, documentAt, elementValue, findElement, Timestamp } from '@argon/bson';

/** Before, at or after: negative, 0, positive. */
export function compareTimes(a: Timestamp, b: Timestamp): number {
  return a.t - b.t || a.i - b.i;
}

/** The cluster time at which a server gave a reply: it has done everything that it acknowledged before. */
export function operationTime(reply: Uint8Array): Timestamp {
  return elementValue(reply, findElement(reply, 'operationTime')!) as Timestamp;
}

/** What a resume token begins with: it is in the order of cluster times, and that comes first. */
const TOKEN_TIME = /^82([0-9A-Fa-f]{8})([0-9A-Fa-f]{8})/;

/**
 * How far a change stream has come that gave this token, an encoded document `{_data: …}`; undefined for a token in a form
 * that is not known here, of which only events tell.
 */
export function tokenTime(token: Uint8Array): Timestamp | undefined {
  const data = decodeDocument(token).get('_data');
  const parts = typeof data === 'string' ? TOKEN_TIME.exec(data) : null;
  if (parts === null) return undefined;
  return new Timestamp({ t: parseInt(parts[1]!, 16), i: parseInt(parts[2]!, 16) });
}

/** A field that is a document, in bytes. */
export function documentField(bytes: Uint8Array, name: string): Uint8Array | undefined {
  const element = findElement(bytes, name);
  return element?.type === 3 ? documentAt(bytes, element) : undefined;
}
