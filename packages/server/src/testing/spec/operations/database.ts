import type { Db, Document, RunCursorCommandOptions } from 'mongodb';
import { opened } from './cursor';
import { operationTable } from './operation';

/** Operations of a database. */
export const databaseOperations = operationTable<Db>({
  aggregate: (database, { pipeline, ...options }) => database.aggregate(pipeline, options).toArray(),
  createChangeStream: (database, { pipeline, ...options }) => opened(database.watch(pipeline, options)),
  createCollection: (database, { collection, ...options }) => database.createCollection(collection, options),
  createCommandCursor: (database, args) => opened(commandCursor(database, args)),
  dropCollection: (database, { collection, ...options }) => database.dropCollection(collection, options),
  listCollectionNames: async (database, { filter, ...options }) =>
    (await database.listCollections(filter, { ...options, nameOnly: true }).toArray()).map(
      ({ name }) => name,
    ),
  listCollections: (database, { filter, ...options }) => database.listCollections(filter, options).toArray(),
  modifyCollection: (database, { collection, ...options }) =>
    database.command({ collMod: collection, ...options }),
  runCommand: (database, { command, commandName: _, ...options }) => database.command(command, options),
  runCursorCommand: (database, args) => commandCursor(database, args).toArray(),
});

/** A cursor by any command; what its getMore takes is set on the cursor. */
function commandCursor(database: Db, { command, commandName: _, ...args }: Document) {
  const { batchSize, comment, maxTimeMS, cursorType, ...options } = args;
  const awaits = cursorType === 'tailableAwait';
  const cursor = database.runCursorCommand(command, {
    ...(options as RunCursorCommandOptions),
    ...(cursorType === undefined ? {} : { tailable: cursorType !== 'nonTailable', awaitData: awaits }),
  });
  if (batchSize !== undefined) cursor.setBatchSize(batchSize);
  if (comment !== undefined) cursor.setComment(comment);
  if (maxTimeMS !== undefined) cursor.setMaxTimeMS(maxTimeMS);
  return cursor;
}
