import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import { hasViews, isView, SYSTEM_VIEWS } from '../stored-views/resolve';
import { indexCount } from '../view/clustered';
import { CommandDefinition } from './definition';

/** Dropping is history too: the entries stay, and the collection can be read at any earlier moment. */
export const dropCommand = new CommandDefinition({
  name: 'drop',
  help: 'Drops a collection.',
  run: async (operation) => {
    const name = operation.collectionName();
    const reply = await operation.writeExisting(async (draft) => {
      const { catalog, state } = draft.collection(name);
      const ns = operation.namespace(name);
      if (catalog === undefined) {
        if (name !== SYSTEM_VIEWS || !hasViews(state!))
          throw new CommandError('NamespaceNotFound', 'ns not found');
        for (const view of [...state!.collections.values()]) {
          if (isView(view.catalog)) draft.catalog('drop_collection', view.catalog.name, new Map());
        }
        return okReply({ nIndexesWas: 1, ns });
      }
      draft.catalog('drop_collection', name, new Map());
      return okReply({ nIndexesWas: isView(catalog) ? undefined : indexCount(catalog), ns });
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
