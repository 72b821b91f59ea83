import { stringifyEjson, type Value } from '@argon/bson';
import type { ShownCollection } from '../query/collections';

/** What mongodump writes beside `cities.bson`, so that mongorestore and `argon import` make indexes and validators. */
export function metadataText({ name, type, options, indexes, uuid }: ShownCollection): string {
  const metadata = new Map<string, Value>([
    ['indexes', [...indexes]],
    ['uuid', Buffer.from(uuid).toString('hex')],
    ['collectionName', name],
    ['type', type],
    ['options', options],
  ]);
  return stringifyEjson(metadata, { relaxed: false });
}

/** Whether a file's name says that it is to hold what a collection is, and not its documents. */
export function isMetadataFile(file: string): boolean {
  return /\.metadata\.json(\.gz)?$/i.test(file);
}

/** `dump/cities.metadata.json` for `dump/cities.bson`. */
export function metadataPath(file: string): string {
  return `${file.replace(/\.gz$/i, '').replace(/\.bson$/i, '')}.metadata.json`;
}
