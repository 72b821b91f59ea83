import type { Doc, Value } from '@argon/bson';
import { batchSizeOf, cursorReply, FIRST_BATCH, type Operation, type Reply } from '@argon/engine';
import { DiffService, type Diff, type DiffPoint } from '../diff/diff-service';
import { statOf } from '../diff/stat';
import { argonCommand } from './argon-command';
import { addressedPlace, nameArgument, placeOf, stringsArgument } from './arguments';
import { encoded } from './batches';
import { collectionDocument, differenceDocument, statDocument } from './diff-document';
import { replyDocument } from './reply-value';

const TOO_LARGE = "Ask with 'documents: false' for what differs without the values.";

export const diffCommand = argonCommand({
  name: 'argonDiff',
  help: 'How two places of the project differ: collections, and documents field by field.',
  fields: ['to', 'collections', 'stat', 'documents', 'cursor'],
  run: async (operation) => {
    const { project } = operation.address;
    const to = operation.optionalString('to');
    const found = await new DiffService(operation.engine).diff({
      from: { project, ...placeOf(operation, nameArgument(operation)) },
      to: to === undefined ? addressedPlace(operation) : { project, ...placeOf(operation, to) },
      collections: stringsArgument(operation, 'collections'),
    });
    const withValues = !operation.command.has('documents') || operation.optionalBoolean('documents');
    const batches = operation.optionalBoolean('stat')
      ? statistics(found, operation)
      : differences(found, operation, withValues);
    const reply = await cursorReply(operation, {
      stream: encoded(batches, TOO_LARGE),
      namespace: operation.namespace('$cmd.argonDiff'),
      firstBatch: batchSizeOf(operation, FIRST_BATCH),
    });
    return withPlaces(reply, found);
  },
});

async function* statistics({ collections }: Diff, operation: Operation): AsyncGenerator<readonly Doc[]> {
  for (const collection of collections) {
    operation.checkTime();
    const stat = await statOf(collection);
    if (stat !== undefined) yield [statDocument(stat)];
  }
}

async function* differences(
  { collections }: Diff,
  operation: Operation,
  withValues: boolean,
): AsyncGenerator<readonly Doc[]> {
  for (const collection of collections) {
    operation.checkTime();
    if (collection.catalog !== undefined) yield [collectionDocument(collection.catalog)];
    for await (const batch of collection.documents()) {
      yield batch.map((difference) => differenceDocument(difference, withValues));
    }
  }
}

function withPlaces(reply: Reply, { from, to }: Diff): Reply {
  const places = replyDocument({ from: placeDocument(from), to: placeDocument(to) });
  return new Map<string, Value>([['diff', places], ...(reply as ReadonlyMap<string, Value>)]);
}

function placeDocument({ timestamp, ...point }: DiffPoint): object {
  return { ...point, timestamp: new Date(timestamp) };
}
