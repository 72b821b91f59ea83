import { documentId, type Value } from '@argon/bson';
import type { IndexDefinition, IndexEntry } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import type { CollectionView } from '../view/collection-view';

/** About as many ids as fit a reply. */
const MOST_IDS = 100_000;

/** The ids of documents that share a key of an index, key by key; none if it could be unique. */
export async function duplicateGroups(
  view: CollectionView,
  definition: IndexDefinition,
): Promise<readonly (readonly Value[])[]> {
  const index = await view.index(definition);
  if (index === undefined) return [];
  const groups: Value[][] = [];
  let found = 0;
  let group: Lsn[] = [];
  let last: IndexEntry | undefined;
  const end = async (): Promise<void> => {
    if (group.length > 1) {
      const documents = await view.loadAll(await view.refs(group));
      groups.push(documents.map((bytes) => documentId(bytes) as Value));
      found += group.length;
    }
  };
  const scan = index.scan();
  for (let batch = await scan.next(); batch !== undefined && found < MOST_IDS; batch = await scan.next()) {
    for (const entry of batch) {
      if (entry.key === last?.key) group.push(entry.record);
      else {
        await end();
        group = [entry.record];
      }
      last = entry;
    }
  }
  await end();
  return groups;
}
