import { Binary, encodeDocument, type Doc, type Value } from '@argon/bson';
import type { BranchState, CollectionCatalog } from '@argon/materializer';
import { formatAddress, DEFAULT_BRANCH } from '../handler/address';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { compileFilter } from '../match/compile';
import { cursorReply } from './cursor-reply';
import { CommandDefinition } from './definition';
import { refuseView } from '../stored-views/refuse';
import { hasViews, isView } from '../stored-views/resolve';
import { clusteredIndexOf } from '../view/clustered';
import { systemViews } from '../stored-views/system-views';
import { nonNegativeValue } from './find';
import { idIndexOf, isIdIndex } from './index-options/id-index';
import { indexSpecification } from './index-options/listing';

/** A list in bytes, as one batch. */
async function* once(documents: readonly Doc[]): AsyncGenerator<readonly Uint8Array[]> {
  if (documents.length > 0) yield documents.map((document) => encodeDocument(document));
}

/** `cursor.batchSize` of a command. @param byDefault Infinity: as many as make a good batch */
export function batchSizeOf(operation: Operation, byDefault = Infinity): number {
  const size = operation.optionalDocument('cursor')?.get('batchSize');
  if (size === undefined) return byDefault;
  return nonNegativeValue(size, "BSON field 'batchSize'", () =>
    operation.wrongType('cursor.batchSize', size, 'number'),
  );
}

function describe(catalog: CollectionCatalog, nameOnly: boolean, readOnly: boolean): Doc {
  const document: Doc = new Map<string, Value>([
    ['name', catalog.name],
    ['type', catalog.type],
  ]);
  if (nameOnly) return document;
  document.set('options', new Map(catalog.options));
  if (isView(catalog)) {
    document.set('info', new Map([['readOnly', true]]));
    return document;
  }
  document.set(
    'info',
    new Map<string, Value>([
      ['readOnly', readOnly],
      ['uuid', new Binary(catalog.uuid, Binary.SUBTYPE_UUID)],
    ]),
  );
  if (clusteredIndexOf(catalog) === undefined) document.set('idIndex', idIndexOf(catalog));
  return document;
}

export const listCollectionsCommand = new CommandDefinition({
  name: 'listCollections',
  help: "The collections of the database's branch.",
  fields: ['filter', 'nameOnly', 'cursor', 'authorizedCollections'],
  run: async (operation) => {
    const nameOnly = operation.optionalBoolean('nameOnly');
    const matcher = compileFilter(operation.optionalDocument('filter') ?? (new Map() as Doc), {
      now: operation.started,
    });
    const state = await operation.state();
    const readOnly = !operation.isSystem && operation.address.moment !== undefined;
    const catalogs = [...(state?.collections.values() ?? [])].map((collection) => collection.catalog);
    if (state !== undefined && hasViews(state)) catalogs.push(systemViews(state));
    // Views come last, as in mongod.
    catalogs.sort((a, b) => Number(isView(a)) - Number(isView(b)) || (a.name < b.name ? -1 : 1));
    const documents = catalogs
      .filter((catalog) => matcher.matches(describe(catalog, false, readOnly)))
      .map((catalog) => describe(catalog, nameOnly, readOnly));
    return cursorReply(operation, {
      stream: once(documents)[Symbol.asyncIterator](),
      namespace: operation.namespace('$cmd.listCollections'),
      firstBatch: batchSizeOf(operation),
    });
  },
});

export const listIndexesCommand = new CommandDefinition({
  name: 'listIndexes',
  help: "A collection's indexes.",
  fields: ['cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo'],
  run: async (operation) => {
    const collection = operation.collectionName();
    const view = await operation.view(collection);
    refuseView(view, operation.namespace(collection));
    const { catalog } = view;
    if (catalog === undefined) {
      throw new CommandError('NamespaceNotFound', `ns does not exist: ${operation.namespace(collection)}`);
    }
    const others = catalog.indexes.filter((index) => !isIdIndex(index));
    return cursorReply(operation, {
      stream: once([idIndexOf(catalog), ...others.map(indexSpecification)])[Symbol.asyncIterator](),
      namespace: operation.namespace(collection),
      firstBatch: batchSizeOf(operation),
    });
  },
});

/** Every branch that holds collections is a database: `shop`, `shop~feature-x`. */
export const listDatabasesCommand = new CommandDefinition({
  name: 'listDatabases',
  help: 'Projects and their branches, as databases.',
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  run: async (operation) => {
    if (operation.database !== 'admin') {
      throw new CommandError('Unauthorized', 'listDatabases may only be run against the admin database.');
    }
    const nameOnly = operation.optionalBoolean('nameOnly');
    const matcher = compileFilter(operation.optionalDocument('filter') ?? (new Map() as Doc), {
      now: operation.started,
    });
    const { store, materializer } = operation.engine;
    const databases: Doc[] = [];
    for (const project of await store.projects()) {
      for (const branch of await store.branches(project.id)) {
        const state = await materializer.current(branch.id);
        if (state.collections.size === 0) continue;
        databases.push(
          describeDatabase(
            formatAddress({
              project: project.name,
              ...(branch.name === DEFAULT_BRANCH ? {} : { branch: branch.name }),
            }),
            state,
          ),
        );
      }
    }
    databases.sort((a, b) => ((a.get('name') as string) < (b.get('name') as string) ? -1 : 1));
    const shown = databases.filter((database) => matcher.matches(database));
    if (nameOnly) {
      return okReply({ databases: shown.map((database) => new Map([['name', database.get('name')!]])) });
    }
    const total = await store.size();
    return okReply({ databases: shown, totalSize: total, totalSizeMb: Math.floor(total / 1024 / 1024) });
  },
});

/** Branches share what they hold, so no branch has a size of its own; the total is the store's. */
function describeDatabase(name: string, state: BranchState): Doc {
  return new Map<string, Value>([
    ['name', name],
    ['sizeOnDisk', 0],
    ['empty', state.collections.size === 0],
  ]);
}
