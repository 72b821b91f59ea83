import { validateCollectionName } from '@argon/wal';
import { CommandError } from '../handler/errors';
import { Command } from '../handler/command';
import { okReply } from '../handler/reply';
import { isView, SYSTEM_VIEWS } from '../stored-views/resolve';
import { CommandDefinition } from './definition';

export const renameCollectionCommand = new CommandDefinition({
  name: 'renameCollection',
  help: 'Renames a collection within its branch.',
  fields: ['to', 'dropTarget', 'stayTemp'],
  run: async (operation) => {
    const from = namespaceParts(operation.command.get('renameCollection'));
    const to = namespaceParts(operation.command.get('to'));
    if (from.database !== to.database) {
      throw new CommandError(
        'CommandNotSupported',
        'renameCollection across databases or branches is not supported',
      );
    }
    if (from.collection === to.collection) {
      throw new CommandError('IllegalOperation', "Can't rename a collection to itself");
    }
    validateCollectionName(to.collection);
    for (const [which, { database, collection }] of [
      ['source', from],
      ['target', to],
    ] as const) {
      if (collection !== SYSTEM_VIEWS) continue;
      throw new CommandError(
        'IllegalOperation',
        `error with ${which} namespace: cannot write to ${database}.${collection}`,
      );
    }
    const dropTarget = operation.optionalBoolean('dropTarget');
    // The command comes to `admin` and names its database in the namespaces.
    const there = operation.within(Command.from({ renameCollection: from.collection }, from.database));
    const reply = await there.writeExisting(async (draft) => {
      const { collections } = draft.state;
      const source = collections.get(from.collection)?.catalog;
      if (source === undefined) throw absent(from);
      if (isView(source)) {
        throw new CommandError(
          'CommandNotSupportedOnView',
          `cannot rename view: ${from.database}.${from.collection}`,
        );
      }
      if (collections.has(to.collection)) {
        if (isView(collections.get(to.collection)!.catalog)) {
          throw new CommandError(
            'NamespaceExists',
            `a view already exists with that name: ${to.database}.${to.collection}`,
          );
        }
        if (!dropTarget) throw new CommandError('NamespaceExists', 'target namespace exists');
        draft.catalog('drop_collection', to.collection, new Map());
      }
      draft.catalog('rename_collection', from.collection, new Map([['to', to.collection]]));
      return okReply();
    });
    if (reply === undefined) throw absent(from);
    return reply;
  },
});

interface Namespace {
  readonly database: string;
  readonly collection: string;
}

function namespaceParts(value: unknown): Namespace {
  const dot = typeof value === 'string' ? value.indexOf('.') : -1;
  if (dot < 1 || dot === (value as string).length - 1) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${String(value)}'`);
  }
  return { database: (value as string).slice(0, dot), collection: (value as string).slice(dot + 1) };
}

function absent(from: Namespace): CommandError {
  return new CommandError(
    'NamespaceNotFound',
    `Source collection ${from.database}.${from.collection} does not exist`,
  );
}
