import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import { CommandDefinition } from './definition';

/** Dropping is history too: the entries stay, and the collection can be read at any earlier moment. */
export const dropCommand = new CommandDefinition({
  name: 'drop',
  help: 'Drops a collection.',
  run: async (operation) => {
    const name = operation.collectionName();
    const reply = await operation.writeExisting(async (draft) => {
      const { catalog } = draft.collection(name);
      if (catalog === undefined) throw new CommandError('NamespaceNotFound', 'ns not found');
      draft.catalog('drop_collection', name, new Map());
      return okReply({ nIndexesWas: catalog.indexes.length + 1, ns: operation.namespace(name) });
    });
    if (reply === undefined) throw new CommandError('NamespaceNotFound', 'ns not found');
    return reply;
  },
});

/** Drops every collection of the addressed branch in one commit; the project and its branches stay. */
export const dropDatabaseCommand = new CommandDefinition({
  name: 'dropDatabase',
  help: "Drops all collections of the database's branch.",
  run: async (operation) => {
    const reply = await operation.writeExisting(async (draft) => {
      const names = [...draft.state.collections.keys()];
      // Change streams tell that all of it was dropped at once.
      for (const name of names) draft.catalog('drop_collection', name, { dropDatabase: true });
      return okReply({ dropped: names.length > 0 ? operation.database : undefined });
    });
    return reply ?? okReply();
  },
});
