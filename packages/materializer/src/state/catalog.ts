import { decodeDocument, type Doc, type Value } from '@argon/bson';
import { LogInconsistentError } from '../errors';
import type { AppliedEntry, CollectionCatalog } from './contract';
import { indexDefinition } from './index-definition';

/** The catalogue of a collection just made by a create_collection entry (`{uuid, type, options}`). */
export function createdCatalog(entry: AppliedEntry): CollectionCatalog {
  const args = controlArguments(entry);
  const uuid = args.get('uuid');
  if (typeof uuid !== 'object' || uuid === null || !('sub_type' in uuid) || uuid.position !== 16) {
    throw new LogInconsistentError('a create_collection entry lacks its uuid', { lsn: entry.lsn });
  }
  return {
    name: entry.collection,
    uuid: Uint8Array.from(uuid.buffer.subarray(0, 16)),
    type: args.get('type') === 'view' ? 'view' : 'collection',
    options: mapOrEmpty(args.get('options')),
    indexes: [],
  };
}

/**
 * The catalogue after a modify_collection (`{options, index?}`, the latter an index's new specification), create_index (`{specification}`)
 * or drop_index (`{name}`) entry.
 */
export function modifiedCatalog(catalog: CollectionCatalog, entry: AppliedEntry): CollectionCatalog {
  const args = controlArguments(entry);
  switch (entry.operation) {
    case 'modify_collection':
      return {
        ...catalog,
        options: mapOrEmpty(args.get('options')),
        indexes: withModified(catalog, args.get('index'), entry),
      };
    case 'create_index': {
      const index = indexDefinition(mapOrEmpty(args.get('specification')));
      if (catalog.indexes.some(({ name }) => name === index.name)) {
        throw new LogInconsistentError(`index '${index.name}' of '${catalog.name}' is created twice`, {
          lsn: entry.lsn,
        });
      }
      return { ...catalog, indexes: [...catalog.indexes, index] };
    }
    default: {
      const indexes = catalog.indexes.filter(({ name }) => name !== args.get('name'));
      if (indexes.length === catalog.indexes.length) {
        throw new LogInconsistentError(`an index of '${catalog.name}' that is not there is dropped`, {
          lsn: entry.lsn,
        });
      }
      return { ...catalog, indexes };
    }
  }
}

function withModified(
  { name, indexes }: CollectionCatalog,
  specification: Value | undefined,
  { lsn }: AppliedEntry,
): CollectionCatalog['indexes'] {
  if (!(specification instanceof Map)) return indexes;
  const modified = indexDefinition(specification);
  if (!indexes.some((index) => index.name === modified.name)) {
    throw new LogInconsistentError(`an index of '${name}' that is not there is modified`, { lsn });
  }
  return indexes.map((index) => (index.name === modified.name ? modified : index));
}

/** What a rename_collection entry (`{to, dropTarget?}`) asks for. */
export function renameArguments(entry: AppliedEntry): { to: string; dropTarget: boolean } {
  const args = controlArguments(entry);
  const to = args.get('to');
  if (typeof to !== 'string') throw new LogInconsistentError('a rename lacks its target', { lsn: entry.lsn });
  return { to, dropTarget: args.get('dropTarget') === true };
}

function controlArguments(entry: AppliedEntry): Doc {
  if (!entry.document) {
    throw new LogInconsistentError(`a ${entry.operation} entry lacks its arguments`, { lsn: entry.lsn });
  }
  return decodeDocument(entry.document);
}

const EMPTY: ReadonlyMap<string, Value> = new Map();

function mapOrEmpty(value: Value | undefined): ReadonlyMap<string, Value> {
  return value instanceof Map ? value : EMPTY;
}
