import {
  Binary,
  ObjectId,
  Timestamp,
  type ChangeStreamOptions,
  type Collection,
  type Db,
  type Document,
} from 'mongodb';

/** What a program sees of an event, without what is different each time: tokens, times, and made-up ids. */
export function plain(event: Document): unknown {
  return plainFields(event, true);
}

function plainFields(value: unknown, isEvent = false): unknown {
  if (value instanceof Timestamp) return 'a cluster time';
  if (value instanceof Date) return 'a time';
  if (value instanceof Binary && value.sub_type === Binary.SUBTYPE_UUID) return 'a uuid';
  if (Array.isArray(value)) return value.map((each) => plainFields(each));
  if (typeof value !== 'object' || value === null || '_bsontype' in value) return value;
  const fields: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) {
    // Newer servers than the one that tests compare with tell of paths that could be read in several ways.
    if (name === 'disambiguatedPaths') continue;
    if (name === '_id' && isEvent) fields[name] = isToken(each) ? 'a token' : each;
    else if (name === 'lsid' || name === 'txnNumber') fields[name] = `a ${name}`;
    else fields[name] = plainFields(each);
  }
  return fields;
}

function isToken(value: unknown): boolean {
  const data = (value as Document | null)?.['_data'];
  return typeof data === 'string' && /^[0-9A-F]+$/.test(data);
}

/** Where a stream is opened. */
type Watchable = Pick<Db, 'watch'> | Pick<Collection, 'watch'>;

/**
 * The events that a stream tells of some work, up to an insert of `mark` (which is not among them), or up to its end.
 * @param mark does that insert, where the stream sees it
 */
export async function eventsOf(
  target: Watchable,
  options: ChangeStreamOptions,
  work: () => Promise<unknown>,
  mark?: () => Promise<unknown>,
  pipeline: Document[] = [],
): Promise<Document[]> {
  const stream = target.watch(pipeline, { maxAwaitTimeMS: 20_000, ...options });
  try {
    // The stream begins where its cursor is opened.
    const opened = new Promise<void>((resolve) => stream.once('resumeTokenChanged', () => resolve()));
    const first = stream.next().catch((error: unknown) => error);
    await opened;
    await work();
    await mark?.();
    const events: Document[] = [];
    for (let event: unknown = await first; ; event = await stream.next()) {
      if (event instanceof Error) throw event;
      const { operationType, documentKey } = event as Document;
      if (documentKey?.['_id'] === MARK) return events;
      events.push(event as Document);
      if (operationType === 'invalidate') return events;
    }
  } finally {
    await stream.close();
  }
}

export const MARK = 'mark';

/** Inserts what ends `eventsOf`. */
export function marking(collection: Collection<Document>): () => Promise<unknown> {
  return () => collection.insertOne({ _id: MARK as unknown as ObjectId });
}
