import { Long, RawDocument, type Timestamp, type Value } from '@argon/bson';
import { accountOf, Cursor, type CursorOwner, type DocumentStream } from '../handler/cursors';
import type { Reply } from '../handler/contract';
import { isLive } from '../handler/live-stream';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';

const NO_FIELDS: ReadonlyMap<string, Value> = new Map();

export interface CursorRequest {
  readonly stream: DocumentStream;
  readonly namespace: string;
  /** How many documents the first batch may hold. */
  readonly firstBatch: number;
  /** Close after the first batch, whatever is left. */
  readonly singleBatch?: boolean;
  readonly noTimeout?: boolean;
}

/** Fills the first batch and keeps a cursor open for the rest, if there is any. */
export async function cursorReply(operation: Operation, request: CursorRequest): Promise<Reply> {
  if (isLive(request.stream)) return liveReply(operation, request);
  // Not registered until it is known that something is left: most queries end with their first batch.
  const first = new Cursor(
    Long.ZERO,
    request.namespace,
    operation.context.connectionId,
    false,
    request.stream,
  );
  const batch = await first.next(request.firstBatch);
  let id = Long.ZERO;
  if (request.singleBatch === true) {
    await first.close();
  } else if (!first.exhausted) {
    const rest: DocumentStream = {
      next: async () => {
        const documents = await first.next(256);
        return documents.length === 0 ? { done: true, value: undefined } : { done: false, value: documents };
      },
      return: async () => {
        await first.close();
        return { done: true, value: undefined };
      },
    };
    id = operation.engine.cursors.open(
      rest,
      request.namespace,
      operation.context.connectionId,
      request.noTimeout ?? false,
      ownerOf(operation),
      accountOf(operation.context),
    ).id;
  }
  operation.engine.activity.documents.returned += batch.length;
  return batchReply('firstBatch', batch, id, request.namespace, timeField(operation.snapshot?.at));
}

/** The cursor stays open whatever its first batch holds, unless there will be nothing more. */
async function liveReply(operation: Operation, { stream, namespace, firstBatch, noTimeout }: CursorRequest) {
  const { cursors } = operation.engine;
  const { connectionId } = operation.context;
  const account = accountOf(operation.context);
  const cursor = cursors.open(
    stream,
    namespace,
    connectionId,
    noTimeout ?? false,
    ownerOf(operation),
    account,
  );
  try {
    const batch = await cursor.next(firstBatch);
    const fields = cursor.batchFields(batch);
    const { exhausted } = cursor;
    if (exhausted) await cursors.kill(cursor.id);
    return batchReply('firstBatch', batch, exhausted ? Long.ZERO : cursor.id, namespace, fields);
  } catch (error) {
    await cursors.kill(cursor.id);
    throw error;
  }
}

/** `{cursor: {firstBatch | nextBatch, id, ns}, ok: 1}` */
export function batchReply(
  field: 'firstBatch' | 'nextBatch',
  batch: readonly Uint8Array[],
  id: Long,
  namespace: string,
  more: ReadonlyMap<string, Value> = NO_FIELDS,
): Reply {
  return okReply({
    cursor: new Map<string, Value>([
      [field, batch.map((bytes) => new RawDocument(bytes))],
      ...more,
      ['id', id],
      ['ns', namespace],
    ]),
  });
}

/** At what time a cursor reads, as its replies tell. */
export function timeField(atClusterTime: Timestamp | undefined): ReadonlyMap<string, Value> {
  return atClusterTime === undefined ? NO_FIELDS : new Map([['atClusterTime', atClusterTime]]);
}

function ownerOf({ session, transaction, snapshot }: Operation): CursorOwner | undefined {
  if (session === undefined && snapshot === undefined) return undefined;
  return { session, txnNumber: transaction?.txnNumber, atClusterTime: snapshot?.at };
}
