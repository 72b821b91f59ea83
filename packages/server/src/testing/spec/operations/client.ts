import type { ClientBulkWriteModel, ClientBulkWriteResult, Document } from 'mongodb';
import type { ObservedClient } from '../observed-client';
import { opened } from './cursor';
import { operationTable } from './operation';

/** Operations of a client. */
export const clientOperations = operationTable<ObservedClient>({
  clientBulkWrite: async ({ client }, { models, ...options }) =>
    withPlainResults(await client.bulkWrite((models as Document[]).map(toModel), options)),
  close: ({ client }) => client.close(),
  createChangeStream: ({ client }, { pipeline, ...options }) => opened(client.watch(pipeline, options)),
  listDatabases: async ({ client }, options) =>
    (await client.db('admin').admin().listDatabases(options)).databases,
});

/** `{insertOne: {namespace, document}}` is the driver's `{name: 'insertOne', namespace, document}`. */
function toModel(model: Document): ClientBulkWriteModel {
  const [name, content] = Object.entries(model)[0]!;
  return { name, ...(content as Document) } as unknown as ClientBulkWriteModel;
}

/** Results by the operation's number, which the driver has as maps. */
function withPlainResults(result: ClientBulkWriteResult): Document {
  const { insertResults, updateResults, deleteResults, ...counts } = result;
  const plain = (results: ReadonlyMap<number, unknown> | undefined): Document | undefined =>
    results && Object.fromEntries(results);
  return {
    ...counts,
    insertResults: plain(insertResults),
    updateResults: plain(updateResults),
    deleteResults: plain(deleteResults),
  };
}
