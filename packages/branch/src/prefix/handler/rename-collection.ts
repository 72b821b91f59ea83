import { CommandError, type CommandDocument, type Reply } from '@argon/engine';
import { shownReply } from '../reply/shown-reply';
import { CommandFields } from '../rewrite/command-fields';
import type { BranchOperation } from './contract';
import { sendFor } from './send';

/** Renames a collection within a branch: both names are given with their databases. */
export async function renameCollection(
  command: CommandDocument,
  operationOn: (database: string) => Promise<BranchOperation>,
): Promise<Reply> {
  if (command.database !== 'admin') {
    throw new CommandError('Unauthorized', 'renameCollection may only be run against the admin database.');
  }
  const from = namespaceAt('renameCollection', command);
  const to = namespaceAt('to', command);
  if (from.database !== to.database) {
    throw new CommandError(
      'CommandNotSupported',
      `Could not rename '${from.database}.${from.collection}' to '${to.database}.${to.collection}': a collection of a traditional branch stays on its branch`,
    );
  }
  const operation = await operationOn(from.database);
  const { names } = operation;
  const fields = new CommandFields(command);
  fields.set('renameCollection', `${names.storedDatabase}.${names.stored(from.collection)}`);
  fields.set('to', `${names.storedDatabase}.${names.stored(to.collection)}`);
  return shownReply(await sendFor(operation, fields), names);
}

function namespaceAt(field: string, command: CommandDocument): { database: string; collection: string } {
  const value = command.get(field);
  if (typeof value !== 'string') {
    throw new CommandError('TypeMismatch', `BSON field 'renameCollection.${field}' is missing or no string`);
  }
  const dot = value.indexOf('.');
  if (dot < 1) throw new CommandError('InvalidNamespace', `Invalid namespace specified '${value}'`);
  return { database: value.slice(0, dot), collection: value.slice(dot + 1) };
}
