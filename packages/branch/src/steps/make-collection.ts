import { Binary, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import type { CatalogStep } from './contract';

/** Makes a collection as a state has it: the same one, by its UUID, with its options and indexes. */
export function makeSteps(catalog: CollectionCatalog): readonly CatalogStep[] {
  const { name, indexes } = catalog;
  return [
    createCollection(name, catalog),
    ...indexes.map(({ specification }) => createIndex(name, new Map(specification))),
  ];
}

export function createCollection(
  collection: string,
  { uuid, type, options }: Pick<CollectionCatalog, 'uuid' | 'type' | 'options'>,
): CatalogStep {
  return {
    kind: 'catalog',
    operation: 'create_collection',
    collection,
    argument: new Map<string, Value>([
      ['uuid', new Binary(uuid, Binary.SUBTYPE_UUID)],
      ['type', type],
      ['options', new Map(options)],
    ]),
  };
}

export function createIndex(collection: string, specification: Doc): CatalogStep {
  return {
    kind: 'catalog',
    operation: 'create_index',
    collection,
    argument: new Map([['specification', specification]]),
  };
}
