import { decodeDocument, documentId, idKey, stringifyEjson, type Doc } from '@argon/bson';
import { batches } from '@argon/branch/prefix';
import { definitionOf, listSite } from '../copy/definitions';
import type { Site } from '../site/site';
import { documentsOf, type Log } from './stage';

/**
 * What a branch and a site have differently, as texts: collections, options, indexes, and every byte of every document.
 * Both must be at rest.
 */
export async function differences(log: Log, site: Site, branch = 'main'): Promise<readonly string[]> {
  const told: string[] = [];
  const { names } = await listSite(site);
  const listed = (await documentsOf(log, { listCollections: 1 }, branch)).map((each) => decodeDocument(each));
  const here = new Map(listed.map((each) => [each.get('name') as string, each]));
  // It tells what the views tell.
  here.delete('system.views');
  for (const name of here.keys()) if (!names.includes(name)) told.push(`${name}: only on the branch`);
  for (const name of names) {
    const definition = (await definitionOf(site, name))!;
    const own = here.get(name);
    if (own === undefined) {
      told.push(`${name}: only on the site`);
      continue;
    }
    const options = stringifyEjson(own.get('options') ?? new Map());
    if (options !== stringifyEjson(definition.options)) told.push(`${name}: options ${options}`);
    if (own.get('type') !== definition.type) told.push(`${name}: type ${String(own.get('type'))}`);
    if (definition.type === 'view') continue;
    const indexes = await documentsOf(log, { listIndexes: name }, branch);
    const ownIndexes = indexes
      .map((each) => decodeDocument(each))
      .filter((each) => each.get('name') !== '_id_');
    const indexesThere = definition.indexes.filter((each) => each.get('name') !== '_id_');
    if (texts(ownIndexes) !== texts(indexesThere)) told.push(`${name}: indexes ${texts(ownIndexes)}`);
    told.push(...(await documentDifferences(log, site, branch, name)));
    if (definition.isCapped) told.push(...(await orderDifferences(log, site, branch, name)));
  }
  return told;
}

async function documentDifferences(log: Log, site: Site, branch: string, name: string): Promise<string[]> {
  const told: string[] = [];
  const own = new Map<string, Uint8Array>();
  for (const document of await documentsOf(log, { find: name }, branch)) {
    const key = idKey(documentId(document));
    if (own.has(key)) told.push(`${name}: twice ${shown(document)}`);
    own.set(key, document);
  }
  for await (const batch of batches(site.database, { find: site.stored(name) }, 1000)) {
    for (const document of batch) {
      const key = idKey(documentId(document));
      const same = own.get(key);
      own.delete(key);
      if (same === undefined) told.push(`${name}: missing ${shown(document)}`);
      else if (Buffer.compare(same, document) !== 0)
        told.push(`${name}: ${shown(same)} for ${shown(document)}`);
    }
  }
  for (const document of own.values()) told.push(`${name}: too many ${shown(document)}`);
  return told.slice(0, 10);
}

async function orderDifferences(log: Log, site: Site, branch: string, name: string): Promise<string[]> {
  const keys = (documents: readonly Uint8Array[]) => documents.map((each) => idKey(documentId(each)));
  const own = keys(await documentsOf(log, { find: name }, branch));
  const there: string[] = [];
  for await (const batch of batches(site.database, { find: site.stored(name) }, 1000))
    there.push(...keys(batch));
  return own.join() === there.join() ? [] : [`${name}: another order`];
}

function texts(indexes: readonly Doc[]): string {
  return indexes
    .map((index) => stringifyEjson(index))
    .sort()
    .join(' ');
}

function shown(document: Uint8Array): string {
  return stringifyEjson(decodeDocument(document)).slice(0, 200);
}
