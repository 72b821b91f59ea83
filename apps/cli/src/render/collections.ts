import type { ShownCollection } from '../query/collections';
import { count } from './numbers';
import type { Output } from './output';

/** A collection in JSON output. */
export function collectionJson({ name, type, documents, indexes, options }: ShownCollection): object {
  return { name, type, documents, indexes: indexNames(indexes), validator: options.has('validator') };
}

export function collectionTable(collections: readonly ShownCollection[], output: Output): string {
  if (collections.length === 0) return 'No collections yet.';
  return output.table(
    [{ title: 'Collection' }, { title: 'Documents', align: 'right' }, { title: 'Indexes' }, { title: '' }],
    collections.map(({ name, documents, indexes, options }) => [
      name,
      count(documents),
      indexNames(indexes).join(', '),
      options.has('validator') ? 'validated' : '',
    ]),
  );
}

function indexNames(indexes: ShownCollection['indexes']): readonly string[] {
  return indexes.map((index) => String(index.get('name')));
}
