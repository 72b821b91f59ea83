import { isIdentical, type Doc } from '@argon/bson';
import type { CollectionCatalog, CollectionState } from '@argon/materializer';
import type { CatalogStep } from '../../steps/contract';
import { createCollection, createIndex } from '../../steps/make-collection';
import { uuidOf } from '../catalog-differences';
import type { PatchDocumentLine, PatchLine } from './contract';

/** A line about a collection or an index. */
export type CatalogLine = Exclude<PatchLine, PatchDocumentLine | { op: 'patch' | 'end' }>;

/** Why a line about a collection cannot be carried out. */
export function catalogProblem(
  line: CatalogLine,
  collections: ReadonlyMap<string, CollectionState>,
): string | undefined {
  const held = collections.get(line.collection);
  if (line.op === 'create') {
    const uuid = uuidOf({ ...line, name: line.collection, indexes: [] });
    const same = [...collections.values()].find(({ catalog }) => uuidOf(catalog) === uuid);
    if (held !== undefined) return 'there is a collection of this name already';
    return same && `the collection is there already, and called '${same.catalog.name}'`;
  }
  if (held === undefined) return 'there is no such collection';
  const { catalog, count } = held;
  switch (line.op) {
    case 'drop':
      return count === 0 ? undefined : `it has ${count} documents that the patch does not know`;
    case 'rename':
      return collections.has(line.to) ? `the name '${line.to}' is taken` : undefined;
    case 'options':
      return isIdentical(new Map(catalog.options), line.before)
        ? undefined
        : 'its options are not what the patch says';
    case 'create-index':
    case 'drop-index':
      return indexProblem(line.op, line.index, catalog);
  }
}

function indexProblem(
  op: 'create-index' | 'drop-index',
  given: Doc,
  { indexes }: CollectionCatalog,
): string | undefined {
  const name = given.get('name');
  const index = indexes.find((each) => each.name === name);
  if (op === 'create-index') return index && `there is an index '${index.name}' already`;
  return isIdentical(index && new Map(index.specification), given)
    ? undefined
    : `its index '${String(name)}' is not what the patch says`;
}

/** What a line does. */
export function catalogStep(line: CatalogLine): CatalogStep {
  const step = (operation: CatalogStep['operation'], argument: Doc): CatalogStep => ({
    kind: 'catalog',
    operation,
    collection: line.collection,
    argument,
  });
  switch (line.op) {
    case 'drop':
      return step('drop_collection', new Map());
    case 'rename':
      return step('rename_collection', new Map([['to', line.to]]));
    case 'options':
      return step('modify_collection', new Map([['options', line.after]]));
    case 'drop-index':
      return step('drop_index', new Map([['name', line.index.get('name')!]]));
    case 'create-index':
      return createIndex(line.collection, line.index);
    case 'create':
      return createCollection(line.collection, line);
  }
}
