import { stringifyEjson, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';

/** What mongodump writes beside `cities.bson`, so that mongorestore and `argon import` make indexes and validators. */
export function metadataText(catalog: CollectionCatalog): string {
  const idIndex: Doc = new Map<string, Value>([
    ['v', 2],
    ['key', new Map([['_id', 1]])],
    ['name', '_id_'],
  ]);
  const metadata = new Map<string, Value>([
    ['indexes', [idIndex, ...catalog.indexes.map(({ specification }) => new Map(specification))]],
    ['uuid', Buffer.from(catalog.uuid).toString('hex')],
    ['collectionName', catalog.name],
    ['type', catalog.type],
    ['options', new Map(catalog.options)],
  ]);
  return stringifyEjson(metadata, { relaxed: false });
}

/** `dump/cities.metadata.json` for `dump/cities.bson`. */
export function metadataPath(file: string): string {
  return `${file.replace(/\.gz$/i, '').replace(/\.bson$/i, '')}.metadata.json`;
}
