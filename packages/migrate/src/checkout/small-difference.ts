import { documentId, haveIdenticalFields, type Value } from '@argon/bson';
import type { BranchState, CollectionCatalog, Materializer } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import { BranchDocuments } from './branch-documents';
import { records } from './write-documents';

/** What one transaction may hold. */
export const MAX_DOCUMENTS = 1000;
const MAX_BYTES = 4 << 20;

/** What changes in a collection between two states. */
export interface CollectionChanges {
  readonly collection: string;
  readonly deleted: readonly Value[];
  readonly updated: readonly Uint8Array[];
  readonly inserted: readonly Uint8Array[];
}

/**
 * How documents differ between two states, if that is little.
 * @returns undefined if it is too much for a transaction, or more than documents changed
 */
export async function smallDifference(
  materializer: Materializer,
  before: BranchState,
  after: BranchState,
  maxDocuments: number,
): Promise<readonly CollectionChanges[] | undefined> {
  if (!haveSameCatalogs(before, after)) return undefined;
  const [old, now] = [new BranchDocuments(materializer, before), new BranchDocuments(materializer, after)];
  const changes: CollectionChanges[] = [];
  let [documents, bytes] = [0, 0];
  for (const [collection, { catalog }] of after.collections) {
    if (before.collections.get(collection) === after.collections.get(collection)) continue;
    // Capped collections are not for transactions; by a collation, `A` may find `a`, so it takes more care.
    if (catalog.options.get('capped') === true || catalog.options.has('collation')) return undefined;
    const [gone, changed, added]: [Lsn[], Lsn[], Lsn[]] = [[], [], []];
    for await (const batch of records(materializer.diff(before, after, collection))) {
      documents += batch.length;
      if (documents > maxDocuments) return undefined;
      for (const { before: was, after: is } of batch) {
        if (is === undefined) gone.push(was!);
        else (was === undefined ? added : changed).push(is);
      }
    }
    const lists: Uint8Array[][] = [];
    for (const [from, lsns] of [
      [old, gone],
      [now, changed],
      [now, added],
    ] as const) {
      const loaded: Uint8Array[] = [];
      for (let begin = 0; begin < lsns.length;) {
        const some = await from.load(lsns.slice(begin, begin + from.step).map((lsn) => ({ lsn })));
        bytes += some.reduce((sum, document) => sum + document.length, 0);
        if (bytes > MAX_BYTES) return undefined;
        loaded.push(...some);
        begin += some.length;
      }
      lists.push(loaded);
    }
    const [deleted, updated, inserted] = lists as [Uint8Array[], Uint8Array[], Uint8Array[]];
    if (deleted.length + updated.length + inserted.length === 0) continue;
    changes.push({
      collection,
      deleted: deleted.map((document) => documentId(document)!),
      updated,
      inserted,
    });
  }
  return changes;
}

function haveSameCatalogs(a: BranchState, b: BranchState): boolean {
  if (a.collections.size !== b.collections.size) return false;
  for (const [name, { catalog }] of b.collections) {
    const other = a.collections.get(name)?.catalog;
    if (other !== catalog && (other === undefined || !isSameCatalog(other, catalog))) return false;
  }
  return true;
}

function isSameCatalog(a: CollectionCatalog, b: CollectionCatalog): boolean {
  return (
    Buffer.compare(a.uuid, b.uuid) === 0 &&
    a.type === b.type &&
    haveIdenticalFields(a.options, b.options) &&
    a.indexes.length === b.indexes.length &&
    a.indexes.every((index, i) => haveIdenticalFields(index.specification, b.indexes[i]!.specification))
  );
}
