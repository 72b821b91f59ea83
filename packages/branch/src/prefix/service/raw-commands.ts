import { documentAt, elementValue, encodeDocument, findElement, type Doc, type Value } from '@argon/bson';
import type { LegacyDatabase } from '../connection/legacy-database';
import { LegacyServerError } from '../errors';
import { batchOf, isOk, replyOf } from '../reply/shown-reply';

type Fields = Readonly<Record<string, Value>>;

/**
 * Runs a command on the legacy database in exact types, without the driver's conversions.
 * @throws LegacyServerError, the driver's error when no reply came
 */
export async function run(
  database: LegacyDatabase,
  fields: Fields,
  documents?: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const body: Doc = new Map([...Object.entries(fields), ['$db', database.name]]);
  const sequences = documents === undefined ? undefined : new Map([['documents', documents]]);
  const bytes = await database.send(encodeDocument(body), sequences, signal);
  const reply = replyOf(bytes);
  const [failed] = (reply.get('writeErrors') ?? []) as readonly Doc[];
  const failure = failed ?? (isOk(bytes) ? (reply.get('writeConcernError') as Doc | undefined) : reply);
  if (failure === undefined) return bytes;
  const problem = failure instanceof Map ? failure : replyOf(bytes);
  throw new LegacyServerError(
    database.location,
    Object.keys(fields)[0]!,
    Number(problem.get('code') ?? 0),
    String(problem.get('errmsg') ?? 'a write was not confirmed'),
  );
}

/** What a command's cursor has, batch by batch, in bytes. Ended early, the cursor is closed. */
export async function* batches(
  database: LegacyDatabase,
  fields: Fields,
  batchSize: number,
  signal?: AbortSignal,
): AsyncGenerator<readonly Uint8Array[]> {
  let reply = await run(database, fields, undefined, signal);
  let open: Value | undefined;
  const collection = Object.values(fields)[0]!;
  try {
    for (;;) {
      const cursor = documentAt(reply, findElement(reply, 'cursor')!);
      const batch = findElement(cursor, 'firstBatch') ?? findElement(cursor, 'nextBatch')!;
      const id = elementValue(cursor, findElement(cursor, 'id')!);
      open = Number(id) === 0 ? undefined : id;
      const documents = batchOf(cursor, batch).map(({ bytes }) => bytes);
      if (documents.length > 0) yield documents;
      if (open === undefined) return;
      const more = {
        getMore: open,
        collection: typeof collection === 'string' ? collection : '$cmd.listCollections',
        batchSize,
      };
      reply = await run(database, more, undefined, signal);
    }
  } finally {
    if (open !== undefined && typeof collection === 'string') {
      await run(database, { killCursors: collection, cursors: [open] }).catch(() => undefined);
    }
  }
}
