import { decodeDocument, type Doc } from '@argon/bson';
import type { CommandOperationOptions } from 'mongodb';
import { validateCollectionName } from '@argon/wal';
import { didYouMean, withHint } from '../../errors/hints';
import { SourceNotFoundError } from '../errors';
import { viewNamed, type Collection } from '../collection';
import { unreachable, type LiveDatabase } from './connect';

/** Replies stay bytes: the driver's objects would lose types and the order of fields. */
const RAW = { raw: true } as CommandOperationOptions;

/** Documents per reply of the server. */
const BATCH = 1000;

/** What a database has to import, and what of it cannot be. */
export interface LiveContents {
  readonly collections: readonly Collection[];
  /** Time series and the like: name and why. */
  readonly skipped: readonly string[];
}

/** The collections of a database, or the one that was asked for, by name; then its views. @throws SourceNotFoundError, SourceUnreachableError */
export async function liveCollections(from: LiveDatabase, only: string | undefined): Promise<LiveContents> {
  if (only !== undefined) validateCollectionName(only);
  const descriptions = await listed(from);
  const collections: Collection[] = [];
  const views: Collection[] = [];
  const skipped: string[] = [];
  for (const description of descriptions) {
    const name = description.get('name') as string;
    const type = description.get('type');
    if (only !== undefined && name !== only) continue;
    if (name.startsWith('system.')) continue;
    if (type === 'collection') collections.push(await liveCollection(from, name, description));
    else if (type === 'view') views.push(viewNamed(name, description.get('options') as Doc));
    else skipped.push(`${name} is a ${String(type)}, and was left out`);
  }
  const found = [...collections, ...views];
  if (found.length > 0 || (only === undefined && skipped.length > 0)) return { collections: found, skipped };
  const names = descriptions.map((description) => description.get('name') as string);
  throw withHint(
    new SourceNotFoundError(from.shown, only === undefined ? 'collections' : `collection '${only}'`),
    only === undefined ? undefined : didYouMean(only, names),
  );
}

async function listed({ client, name, shown }: LiveDatabase): Promise<readonly Doc[]> {
  try {
    const raw = (await client.db(name).listCollections({}, RAW).toArray()) as unknown as Uint8Array[];
    return raw
      .map((bytes) => decodeDocument(bytes))
      .sort((a, b) => (a.get('name')! < b.get('name')! ? -1 : 1));
  } catch (error) {
    throw unreachable(shown, error);
  }
}

async function liveCollection(from: LiveDatabase, name: string, description: Doc): Promise<Collection> {
  const collection = from.client.db(from.name).collection(name);
  try {
    const indexes = (await collection.listIndexes(RAW).toArray()) as unknown as Uint8Array[];
    return {
      name,
      size: await collection.estimatedDocumentCount(),
      options: description.get('options') as Doc,
      indexes: indexes.map((bytes) => decodeDocument(bytes)),
      documents: () => liveDocuments(from, name),
    };
  } catch (error) {
    throw unreachable(from.shown, error);
  }
}

async function* liveDocuments(
  { client, name, shown }: LiveDatabase,
  collection: string,
): AsyncGenerator<Uint8Array[]> {
  const cursor = client.db(name).collection(collection).find({}, { raw: true, batchSize: BATCH });
  try {
    while (await cursor.hasNext()) yield cursor.readBufferedDocuments() as unknown as Uint8Array[];
  } catch (error) {
    throw unreachable(shown, error);
  } finally {
    await cursor.close();
  }
}
