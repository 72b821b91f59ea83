import { haveIdenticalFields, isIdentical } from '@argon/bson';
import type { Draft } from '@argon/engine';
import type { Definition } from '../copy/definitions';

/** Makes a collection's or view's options and indexes what they are on the site, and itself if it is not there. */
export function writeDefinition(draft: Draft, { name, type, options, indexes }: Definition): void {
  const there = draft.state.collections.get(name)?.catalog.type;
  if (there !== undefined && there !== type) writeDrop(draft, name);
  draft.ensureCollection(name, options);
  const { catalog } = draft.state.collections.get(name)!;
  if (!haveIdenticalFields(catalog.options, options))
    draft.catalog('modify_collection', name, new Map([['options', options]]));
  const wanted = new Map(indexes.map((index) => [index.get('name'), index]));
  for (const { name: index, specification } of catalog.indexes) {
    if (isIdentical(new Map(specification), wanted.get(index))) wanted.delete(index);
    else draft.catalog('drop_index', name, new Map([['name', index]]));
  }
  for (const specification of wanted.values())
    draft.catalog('create_index', name, new Map([['specification', specification]]));
}

/** Drops a collection, if it is there. */
export function writeDrop(draft: Draft, collection: string): void {
  if (draft.state.collections.has(collection)) draft.catalog('drop_collection', collection, new Map());
}

/** Gives a collection another name; what has that name goes. */
export function writeRename(draft: Draft, from: string, to: string): void {
  if (!draft.state.collections.has(from)) return;
  writeDrop(draft, to);
  draft.catalog('rename_collection', from, new Map([['to', to]]));
}
