import type { CollectionState } from '@argon/materializer';
import { count } from './numbers';
import type { Output } from './output';

/** A collection in JSON output. */
export function collectionJson({ catalog, count: documents }: CollectionState): object {
  return {
    name: catalog.name,
    type: catalog.type,
    documents,
    indexes: ['_id_', ...catalog.indexes.map(({ name }) => name)],
    validator: catalog.options.has('validator'),
  };
}

export function collectionTable(collections: readonly CollectionState[], output: Output): string {
  if (collections.length === 0) return 'No collections yet.';
  return output.table(
    [{ title: 'Collection' }, { title: 'Documents', align: 'right' }, { title: 'Indexes' }, { title: '' }],
    collections.map(({ catalog, count: documents }) => [
      catalog.name,
      count(documents),
      ['_id_', ...catalog.indexes.map(({ name }) => name)].join(', '),
      catalog.options.has('validator') ? 'validated' : '',
    ]),
  );
}
