import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { batchSizeOf, CommandError, cursorReply, FIRST_BATCH, type Operation } from '@argon/engine';
import type { ChangesRequest } from '../history/contract';
import { HistoryService } from '../history/history-service';
import type { LoggedChange } from '../history/logged-change';
import { argonCommand } from './argon-command';
import { addressedPlace, timeArgument } from './arguments';
import { encoded } from './batches';
import { replyDocument } from './reply-value';

const TOO_LARGE = "Ask with 'changes: false' for who changed what, without the values.";

export const historyCommand = argonCommand({
  name: 'argonHistory',
  help: "Who changed what, and when, newest first: of a collection, or (1) of all of the database's branch.",
  fields: ['id', 'filter', 'actor', 'since', 'until', 'hidden', 'limit', 'changes', 'cursor'],
  run: async (operation) => {
    const limit = operation.optionalNumber('limit') ?? 0;
    if (limit < 0) {
      throw new CommandError(51024, `BSON field 'limit' value must be >= 0, actual value '${limit}'`);
    }
    const withChanges = !operation.command.has('changes') || operation.optionalBoolean('changes');
    const changes = new HistoryService(operation.engine).changes(requestOf(operation));
    const documents = documentsOf(changes, limit === 0 ? Infinity : limit, withChanges, operation);
    return cursorReply(operation, {
      stream: encoded(documents, TOO_LARGE),
      namespace: operation.namespace('$cmd.argonHistory'),
      firstBatch: batchSizeOf(operation, FIRST_BATCH),
    });
  },
});

function requestOf(operation: Operation): ChangesRequest {
  const target = operation.command.get('argonHistory');
  const collection = typeof target === 'string' ? operation.collectionName() : undefined;
  if (collection === undefined && !(isNumber(target) && toNumber(target) === 1)) {
    throw new CommandError(
      'FailedToParse',
      'argonHistory takes the name of a collection, or 1 for all of a branch',
    );
  }
  const id = operation.command.get('id');
  const actor = operation.optionalString('actor');
  const filter = operation.optionalDocument('filter');
  const [since, until] = ['since', 'until'].map((field) => timeArgument(operation, field));
  return {
    ...addressedPlace(operation),
    ...(collection === undefined ? {} : { collection }),
    ...(id === undefined ? {} : { id }),
    ...(filter === undefined ? {} : { filter }),
    ...(actor === undefined ? {} : { actor }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    includeHidden: operation.optionalBoolean('hidden'),
  };
}

async function* documentsOf(
  batches: AsyncIterable<readonly LoggedChange[]>,
  limit: number,
  withChanges: boolean,
  operation: Operation,
): AsyncGenerator<readonly Doc[]> {
  let left = limit;
  for await (const batch of batches) {
    operation.checkTime();
    yield batch.slice(0, left).map((change) => changeDocument(change, withChanges));
    left -= batch.length;
    if (left <= 0) return;
  }
}

function changeDocument(change: LoggedChange, withChanges: boolean): Doc {
  const { lsn, commitLsn, timestamp, actor, operation, collection, hidden, id, argument } = change;
  const head = { lsn, commitLsn, time: new Date(timestamp), actor, operation, collection, hidden };
  const document = replyDocument(head);
  if (id !== undefined) document.set('id', id);
  if (argument !== undefined) document.set('argument', argument);
  const changes = withChanges ? change.changes : undefined;
  return changes === undefined ? document : document.set('changes', changes.map(fieldDocument));
}

function fieldDocument({ path, ...rest }: NonNullable<LoggedChange['changes']>[number]): Doc {
  const document: Doc = new Map<string, Value>([['path', [...path]]]);
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined) document.set(name, value as Value);
  }
  return document;
}
