import { valuesEqual, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import { isSameCollation } from './collation';

/** The format's version, the namespace that old servers noted, and how it was built. */
const IGNORED = ['v', 'ns', 'background'];

/** Whether two specifications make the same index. */
export function isSameSpecification(a: Doc, b: Doc): boolean {
  const names = new Set([...a.keys(), ...b.keys()]);
  for (const name of IGNORED) names.delete(name);
  return [...names].every((name) => {
    const [one, other] = [a.get(name), b.get(name)];
    if (name === 'collation') return isSameCollation(one, other);
    return one !== undefined && other !== undefined ? valuesEqual(one, other) : one === other;
  });
}

/** What `createIndexes` is to be given for the indexes of a collection of a branch. */
export function indexSpecifications(catalog: CollectionCatalog): readonly Doc[] {
  const collated = catalog.options.has('collation');
  // Of the one on `_id`, which is recorded for its collation, a server knows by the collection's.
  const own = catalog.indexes.filter(({ name }) => name !== '_id_');
  return own.map(({ specification }) => {
    const given: Doc = new Map(specification);
    given.delete('ns');
    // It does not follow its collection's collation if it does not say so.
    if (collated && !given.has('collation'))
      given.set('collation', new Map<string, Value>([['locale', 'simple']]));
    return given;
  });
}
