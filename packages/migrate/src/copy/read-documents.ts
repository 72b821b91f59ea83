import {
  documentAt,
  documentId,
  elements,
  elementValue,
  encodeDocument,
  findElement,
  idKey,
  RawDocument,
  type Doc,
  type Timestamp,
  type Value,
} from '@argon/bson';
import { batches, LegacyServerError, run } from '@argon/branch/prefix';
import type { Site } from '../site/site';
import { documentField, operationTime } from '../stream/cluster-time';

/** A range of a collection, by `_id`, as it was at one moment. */
export interface Chunk {
  readonly collection: string;
  /** Where it begins, exclusive; undefined: at the collection's beginning. */
  readonly after: Value | undefined;
  /** Its last `_id`; undefined: there is nothing more. */
  readonly through: Value | undefined;
  readonly documents: readonly Uint8Array[];
  readonly time: Timestamp;
}

const CHUNK = 5000;
const BY_ID: Doc = new Map([['_id', 1]]);
/** The moment is not kept any more; the collection's shape was another then. */
const SNAPSHOT_TOO_OLD = 239;
const SNAPSHOT_UNAVAILABLE = 246;
/** The collection was dropped while the read waited for the moment. */
const QUERY_PLAN_KILLED = 175;

/**
 * Reads up to 5,000 documents, or 16 MiB, that follow an `_id`, as of now.
 * @returns undefined if the collection is not there any more: what it had at that moment cannot be read
 * @throws LegacyServerError, the driver's errors
 */
export async function readChunk(
  site: Site,
  collection: string,
  after: Value | undefined,
  signal?: AbortSignal,
): Promise<Chunk | undefined> {
  const limit = after === undefined ? CHUNK : CHUNK + 1;
  const find: Record<string, Value> = {
    find: site.stored(collection),
    hint: BY_ID,
    // `min` takes every type of `_id` in its order, where `$gt` takes those of one type; it includes what it names.
    ...(after === undefined ? {} : { min: new Map([['_id', after]]) }),
    limit,
    batchSize: limit,
    singleBatch: true,
  };
  for (let attempt = 1; ; attempt++) {
    try {
      const readConcern = concern('snapshot', 'atClusterTime', await now(site, signal));
      return chunkOf(
        collection,
        after,
        await run(site.database, { ...find, readConcern }, undefined, signal),
      );
    } catch (error) {
      // A collection or index that was made this moment is not in the newest snapshot yet.
      const isPassing = isUnavailable(error) || isKilled(error);
      if (!isPassing || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function chunkOf(collection: string, after: Value | undefined, reply: Uint8Array): Chunk | undefined {
  const cursor = documentField(reply, 'cursor')!;
  const time = findElement(cursor, 'atClusterTime');
  // Of a collection that is not there, mongod says that it is empty, of whatever moment it is asked; but not the moment.
  if (time === undefined) return undefined;
  const batch = documentAt(cursor, findElement(cursor, 'firstBatch')!);
  const documents = Array.from(elements(batch), (each) => documentAt(batch, each));
  const [first] = documents;
  if (after !== undefined && first !== undefined && idKey(documentId(first)) === idKey(after))
    documents.shift();
  return {
    collection,
    after,
    through: documents.length === 0 ? undefined : documentId(documents.at(-1)!),
    documents,
    time: elementValue(cursor, time) as Timestamp,
  };
}

/**
 * The server's newest moment. Left to itself, it would read at the newest that a majority has, which may be before the change
 * stream began: what was written between the two would be in neither.
 */
async function now(site: Site, signal: AbortSignal | undefined): Promise<Timestamp> {
  return operationTime(await run(site.database, { ping: 1 }, undefined, signal));
}

function concern(level: string, field: 'atClusterTime' | 'afterClusterTime', time: Timestamp): Doc {
  return new Map<string, Value>([
    ['level', level],
    [field, time],
  ]);
}

/** Reads a collection from end to end as it is found, in its natural order: one that cannot be read otherwise. */
export async function* readWhole(
  site: Site,
  collection: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly Uint8Array[]> {
  const find = {
    find: site.stored(collection),
    batchSize: CHUNK,
    readConcern: concern('majority', 'afterClusterTime', await now(site, signal)),
  };
  yield* batches(site.database, find, CHUNK, signal);
}

/**
 * Documents by the key of their `_id`, as they were at a moment, if the server still has it (five minutes, unless
 * configured); else as they are now. @throws LegacyServerError, the driver's errors
 */
export async function readImages(
  site: Site,
  collection: string,
  ids: readonly Value[],
  time: Timestamp,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const at = (readConcern: Doc) => readIds(site, collection, ids, readConcern, signal);
  try {
    return await at(concern('snapshot', 'atClusterTime', time));
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return at(concern('majority', 'afterClusterTime', time));
  }
}

async function readIds(
  site: Site,
  collection: string,
  ids: readonly Value[],
  readConcern: Doc,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const filter = new Map([['_id', new Map([['$in', [...ids]]])]]);
  const find = {
    find: site.stored(collection),
    filter: new RawDocument(encodeDocument(filter)),
    batchSize: CHUNK,
    readConcern,
  };
  const found = new Map<string, Uint8Array>();
  for await (const batch of batches(site.database, find, CHUNK, signal))
    for (const bytes of batch) found.set(idKey(documentId(bytes)), bytes);
  return found;
}

function isKilled(error: unknown): boolean {
  return error instanceof LegacyServerError && error.mongoCode === QUERY_PLAN_KILLED;
}

function isUnavailable(error: unknown): boolean {
  return (
    error instanceof LegacyServerError &&
    (error.mongoCode === SNAPSHOT_TOO_OLD || error.mongoCode === SNAPSHOT_UNAVAILABLE)
  );
}
