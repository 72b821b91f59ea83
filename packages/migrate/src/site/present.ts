import { batches } from '@argon/branch/prefix';
import { documentId, idKey, type Timestamp, type Value } from '@argon/bson';
import { readConcern } from './read-concern';
import type { Site } from './site';

/** Those documents of a site's collection that have one of these `_id`s, by `idKey`; with `idOnly` no other field of them. */
export async function presentById(
  site: Site,
  stored: string,
  ids: readonly Value[],
  time?: Timestamp,
  idOnly = false,
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const command: Record<string, Value> = {
    find: stored,
    filter: new Map([['_id', new Map([['$in', [...ids]]])]]),
    batchSize: ids.length + 1,
    readConcern: readConcern(time),
    ...(idOnly ? { projection: new Map([['_id', 1]]) } : {}),
  };
  for await (const batch of batches(site.database, command, ids.length + 1)) {
    for (const bytes of batch) found.set(idKey(documentId(bytes)), bytes);
  }
  return found;
}
