import type { LayeredBranchState } from '../state/branch-state';
import { encodeCollection, type StoredCollection } from '../snapshot/manifest';
import type { CollectionCatalog } from '../state/contract';
import { indexIdentity } from '../state/index-definition';
import { EMPTY_ROOT, type TreeRoot } from '../tree/tree-root';
import type { CheckedCollection } from './snapshot-check';

/**
 * How what a snapshot holds differs from a state that was just written down in the same way; undefined if it does not. Equal
 * content has equal trees, so roots tell. An index that only one of the two has is no difference: not every process can make
 * every kind.
 */
export function differenceFrom(
  state: LayeredBranchState,
  collections: readonly CheckedCollection[],
): string | undefined {
  const names = new Set(collections.map(({ stored }) => stored.catalog.name));
  for (const [name] of state.collections) {
    if (!names.has(name)) return `it lacks collection '${name}'`;
  }
  for (const { stored } of collections) {
    const { name } = stored.catalog;
    const base = state.collections.get(name)?.base;
    if (base === undefined) return `it has collection '${name}', and the log does not`;
    if (!sameCatalog(stored.catalog, base.stored.catalog))
      return `collection '${name}' has other options or indexes than the log says`;
    if (!sameTree(stored.records, base.records.root))
      return `collection '${name}' holds other documents than the log says${counts(stored, base.records.root)}`;
    if (!sameTree(stored.ids, base.ids.root))
      return `the _id index of collection '${name}' differs from what the log says`;
    for (const [identity, { root }] of stored.indexes) {
      const tree = base.indexes.get(identity)?.tree;
      if (tree !== undefined && !sameTree(root, tree.root))
        return `index '${nameOf(stored.catalog, identity)}' of collection '${name}' differs from what the log says`;
    }
  }
  return undefined;
}

/** The name of an index of a collection, by `indexIdentity`. */
function nameOf(catalog: CollectionCatalog, identity: string): string {
  return catalog.indexes.find((definition) => indexIdentity(definition) === identity)?.name ?? '?';
}

function sameTree(a: TreeRoot, b: TreeRoot): boolean {
  return a.hash === b.hash && a.count === b.count;
}

function counts({ records }: StoredCollection, wanted: TreeRoot): string {
  return records.count === wanted.count ? '' : ` (${records.count}, not ${wanted.count})`;
}

function sameCatalog(a: CollectionCatalog, b: CollectionCatalog): boolean {
  return Buffer.from(catalogBytes(a)).equals(catalogBytes(b));
}

function catalogBytes(catalog: CollectionCatalog): Uint8Array {
  const rest = {
    lsn: 0,
    records: EMPTY_ROOT,
    ids: EMPTY_ROOT,
    idForms: 0,
    indexes: new Map<string, never>(),
  };
  return encodeCollection({ catalog, ...rest });
}
