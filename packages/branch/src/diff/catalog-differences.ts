import { haveIdenticalFields, isIdentical, type Value } from '@argon/bson';
import type { BranchState, CollectionCatalog, IndexDefinition } from '@argon/materializer';
import type { CollectionDifference, IndexDifference } from './contract';

/** Two states' collections that are one and the same: made by the same `create`, whatever they are called now. */
export interface CollectionPair {
  readonly before: CollectionCatalog | undefined;
  readonly after: CollectionCatalog | undefined;
}

/**
 * The collections of two states, paired: by what made them, and by name those that are left (one dropped and made again
 * is compared with itself). In the order of their names.
 */
export function pairCollections(before: BranchState, after: BranchState): readonly CollectionPair[] {
  const left = new Map([...after.collections.values()].map(({ catalog }) => [uuidOf(catalog), catalog]));
  const pairs: CollectionPair[] = [];
  const alone: CollectionCatalog[] = [];
  for (const { catalog } of before.collections.values()) {
    const same = left.get(uuidOf(catalog));
    if (same === undefined) alone.push(catalog);
    else pairs.push({ before: catalog, after: same });
    left.delete(uuidOf(catalog));
  }
  const byName = new Map([...left.values()].map((catalog) => [catalog.name, catalog]));
  for (const catalog of alone) {
    pairs.push({ before: catalog, after: byName.get(catalog.name) });
    byName.delete(catalog.name);
  }
  for (const catalog of byName.values()) pairs.push({ before: undefined, after: catalog });
  return pairs.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** What two states say of a collection differently; undefined if nothing. */
export function collectionDifference(pair: CollectionPair): CollectionDifference | undefined {
  const { before, after } = pair;
  const isBoth = before !== undefined && after !== undefined;
  const difference = {
    name: nameOf(pair),
    before,
    after,
    renamed: isBoth && before.name !== after.name,
    optionsChanged:
      isBoth && (before.type !== after.type || !haveIdenticalFields(before.options, after.options)),
    indexes: isBoth ? indexDifferences(before.indexes, after.indexes) : [],
  };
  const { renamed, optionsChanged, indexes } = difference;
  return isBoth && !renamed && !optionsChanged && indexes.length === 0 ? undefined : difference;
}

function indexDifferences(
  before: readonly IndexDefinition[],
  after: readonly IndexDefinition[],
): readonly IndexDifference[] {
  const now = new Map(after.map((index) => [index.name, index]));
  const differences: IndexDifference[] = [];
  for (const index of before) {
    const same = now.get(index.name);
    now.delete(index.name);
    if (!isSameIndex(index, same)) differences.push({ name: index.name, before: index, after: same });
  }
  for (const index of now.values()) differences.push({ name: index.name, before: undefined, after: index });
  return differences;
}

/** Whether two definitions, as `createIndexes` was given them, say the same. */
export function isSameIndex(a: IndexDefinition | undefined, b: IndexDefinition | undefined): boolean {
  return isIdentical(specificationOf(a), specificationOf(b));
}

function specificationOf(index: IndexDefinition | undefined): Value | undefined {
  return index && new Map(index.specification);
}

export function uuidOf(catalog: CollectionCatalog): string {
  return Buffer.from(catalog.uuid).toString('hex');
}

function nameOf({ before, after }: CollectionPair): string {
  return (after ?? before)!.name;
}
