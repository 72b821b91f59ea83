import { Long, isNumber, toBigInt, type Value } from '@argon/bson';
import { accountOf, type Cursor } from '../handler/cursors';
import { ofChangeStream } from '../handler/error-labels';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply, toCommandError } from '../handler/reply';
import { batchReply, timeField } from './cursor-reply';
import { CommandDefinition } from './definition';
import { nonNegative } from './find';

/** How long getMore waits for documents unless it says. */
const AWAIT_MS = 1000;

export const getMoreCommand = new CommandDefinition({
  name: 'getMore',
  help: "The next batch of a cursor's results.",
  fields: ['collection', 'batchSize', 'term', 'lastKnownCommittedOpTime'],
  run: async (operation) => {
    const id = cursorId(operation.command.get('getMore'), operation);
    const collection = operation.optionalString('collection');
    operation.engine.activity.operations.getmore += 1;
    const batchSize = nonNegative(operation, 'batchSize');
    const { cursors } = operation.engine;
    const cursor = cursors.get(id);
    checkAccount(cursor, operation);
    if (collection !== undefined && cursor.namespace !== operation.namespace(collection)) {
      throw new CommandError(
        'Unauthorized',
        `Requested getMore on namespace '${operation.namespace(collection)}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    }
    checkOwner(cursor, operation);
    const waitMs = operation.optionalNumber('maxTimeMS') || undefined;
    if (waitMs !== undefined && !cursor.awaitsData) {
      throw new CommandError(
        'BadValue',
        'cannot set maxTimeMS on getMore command for a non-awaitData cursor',
      );
    }
    if (cursor.busy) throw new CommandError(12051, `cursor id ${id.toString()} is already in use`);
    cursor.busy = true;
    try {
      operation.engine.failPoints?.afterCheckout(operation.command, operation.context);
      const limit = batchSize === undefined || batchSize === 0 ? Infinity : batchSize;
      const { signal } = operation.context;
      const batch = cursor.awaitsData
        ? await cursor.nextWithin(limit, waitMs ?? AWAIT_MS, signal)
        : await cursor.next(limit);
      operation.engine.activity.documents.returned += batch.length;
      const fields =
        cursor.owner?.atClusterTime === undefined
          ? cursor.batchFields(batch)
          : timeField(cursor.owner.atClusterTime);
      if (!cursor.exhausted) return batchReply('nextBatch', batch, id, cursor.namespace, fields);
      await cursors.kill(id);
      return batchReply('nextBatch', batch, Long.ZERO, cursor.namespace, fields);
    } catch (error) {
      await cursors.kill(id);
      throw cursor.isChangeStream ? ofChangeStream(toCommandError(error)) : error;
    } finally {
      cursor.busy = false;
    }
  },
});

export const killCursorsCommand = new CommandDefinition({
  name: 'killCursors',
  help: 'Closes cursors.',
  fields: ['cursors'],
  run: async (operation) => {
    const given = operation.command.get('cursors');
    if (!Array.isArray(given)) throw operation.wrongType('cursors', given, 'array');
    const killed: Value[] = [];
    const notFound: Value[] = [];
    const ids = given.map((value) => cursorId(value, operation));
    checkMayKill(ids, operation);
    for (const id of ids) {
      ((await operation.engine.cursors.kill(id)) ? killed : notFound).push(id);
    }
    return okReply({
      cursorsKilled: killed,
      cursorsNotFound: notFound,
      cursorsAlive: [],
      cursorsUnknown: [],
    });
  },
});

/** @throws CommandError Unauthorized for what somebody else opened, or where users log in, another session of theirs */
function checkAccount({ id, owner, account }: Cursor, { context, session }: Operation): void {
  if (context.account !== undefined && owner?.session !== session) {
    const [of, now] = [owner?.session, session].map((each) => each?.text ?? 'none');
    throw new CommandError(
      'Unauthorized',
      `Cursor session id (${of}) is not the same as the operation context's session id (${now})`,
    );
  }
  if (account === accountOf(context)) return;
  throw new CommandError(
    'Unauthorized',
    `cursor id ${id.toString()} was not created by the authenticated user`,
  );
}

/** All of them or none. @throws CommandError Unauthorized */
function checkMayKill(ids: readonly Long[], { engine, context, command, database }: Operation): void {
  if (context.mayKillAnyCursor === true) return;
  for (const id of ids) {
    const cursor = engine.cursors.find(id);
    if (cursor === undefined || cursor.account === accountOf(context)) continue;
    const collection = JSON.stringify(command.get('killCursors'));
    throw new CommandError(
      'Unauthorized',
      `not authorized on ${database} to execute command { killCursors: ${collection}, cursors: [ ${ids.join(', ')} ] }`,
    );
  }
}

/** mongod lets only those read on who began. */
function checkOwner({ id, owner }: Cursor, { session, transaction }: Operation): void {
  const cannot = (code: number, why: string) =>
    new CommandError(code, `Cannot run getMore on cursor ${id.toString()}, which ${why}`);
  if (owner?.session !== session) {
    if (owner?.session === undefined)
      throw cannot(50736, `was not created in a session, in session ${session!.text}`);
    const created = `was created in session ${owner.session.text}`;
    if (session === undefined) throw cannot(50737, `${created}, without an lsid`);
    throw cannot(50738, `${created}, in session ${session.text}`);
  }
  if (owner?.txnNumber === transaction?.txnNumber) return;
  if (owner?.txnNumber === undefined) {
    throw cannot(50739, `was not created in a transaction, in transaction ${transaction!.txnNumber}`);
  }
  const created = `was created in transaction ${owner.txnNumber}`;
  if (transaction === undefined) throw cannot(50740, `${created}, without a txnNumber`);
  throw cannot(50741, `${created}, in transaction ${transaction.txnNumber}`);
}

function cursorId(value: Value | undefined, operation: Operation): Long {
  if (value instanceof Long) return value;
  if (!isNumber(value)) {
    throw operation.wrongType(operation.command.name, value, 'long');
  }
  return Long.fromBigInt(toBigInt(value));
}
