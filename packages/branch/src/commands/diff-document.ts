import { decodeDocument, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog, IndexDefinition } from '@argon/materializer';
import type { CollectionDifference, DocumentDifference } from '../diff/contract';
import type { CollectionStat } from '../diff/stat';
import { documentChanges, type DocumentChange } from '../document/changes';
import { replyDocument, replyValue } from './reply-value';

/**
 * A document that differs: `{op: 'insert' | 'delete', collection, _id, document}`, or `{op: 'update', collection, _id,
 * changes}` with what became of which field.
 * @param withValues false: without document and changes
 */
export function differenceDocument(
  { collection, id, before, after }: DocumentDifference,
  withValues = true,
): Doc {
  const document: Doc = new Map<string, Value>([
    ['op', before === undefined ? 'insert' : after === undefined ? 'delete' : 'update'],
    ['collection', collection],
    ['_id', id],
  ]);
  if (!withValues) return document;
  const [old, now] = [before, after].map((version) => version && decodeDocument(version.bytes));
  return old !== undefined && now !== undefined
    ? document.set('changes', documentChanges(old, now).map(changeDocument))
    : document.set('document', (old ?? now)!);
}

function changeDocument(change: DocumentChange): Doc {
  const document: Doc = new Map<string, Value>([['path', change.path.map(String)]]);
  for (const [name, value] of Object.entries(change)) {
    if (name !== 'path' && value !== undefined) document.set(name, value as Value);
  }
  return document;
}

/** What is said differently of a collection itself: `{op: 'collection', collection, catalog}`. */
export function collectionDocument(difference: CollectionDifference): Doc {
  return replyDocument({
    op: 'collection',
    collection: difference.name,
    catalog: catalogDocument(difference),
  });
}

export function statDocument({ collection, catalog, fields, ...rest }: CollectionStat): Doc {
  return replyDocument({
    collection,
    ...rest,
    fields: new Map([...fields].map(([name, count]) => [name, replyValue(count)])),
    catalog: catalog && catalogDocument(catalog),
  });
}

function catalogDocument({ before, after, renamed, optionsChanged, indexes }: CollectionDifference): Doc {
  return replyDocument({
    before: before && stateDocument(before),
    after: after && stateDocument(after),
    renamed,
    optionsChanged,
    indexes: indexes.map((index) => ({
      name: index.name,
      before: specificationOf(index.before),
      after: specificationOf(index.after),
    })),
  });
}

function stateDocument({ name, type, options }: CollectionCatalog): object {
  return { name, type, options: new Map(options) };
}

function specificationOf(index: IndexDefinition | undefined): Doc | undefined {
  return index && new Map(index.specification);
}
