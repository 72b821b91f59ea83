import { batches, finishedIndexes, LegacyServerError } from '@argon/branch/prefix';
import { decodeDocument, type Binary, type Doc, type Value } from '@argon/bson';
import type { Site } from './site';

/** A collection as MongoDB lists it. */
export interface SiteCollection {
  /** As the branch calls it. */
  readonly name: string;
  /** As it is called in the database. */
  readonly stored: string;
  /** `collection`, `view`, `timeseries`. */
  readonly type: string;
  readonly options: Doc;
  /** In hexadecimal digits; undefined for views. */
  readonly uuid: string | undefined;
}

/** The collections and views of a site, by their names on the branch. @throws LegacyServerError, the driver's errors */
export async function describeSite(site: Site): Promise<Map<string, SiteCollection>> {
  const found = new Map<string, SiteCollection>();
  const command = { listCollections: 1, cursor: new Map() };
  for await (const batch of batches(site.database, command, 1000)) {
    for (const bytes of batch) {
      const described = siteCollection(decodeDocument(bytes), site);
      if (described !== undefined) found.set(described.name, described);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function siteCollection(document: Doc, site: Site): SiteCollection | undefined {
  const stored = document.get('name') as string;
  const name = site.shown(stored);
  if (name === undefined) return undefined;
  const uuid = (document.get('info') as Doc | undefined)?.get('uuid') as Binary | undefined;
  return {
    name,
    stored,
    type: document.get('type') as string,
    options: (document.get('options') ?? new Map<string, Value>()) as Doc,
    uuid: uuid === undefined ? undefined : Buffer.from(uuid.value()).toString('hex'),
  };
}

const NAMESPACE_NOT_FOUND = 26;

/** A collection's indexes as MongoDB lists them, without that of `_id`; none of a collection that is not there. */
export async function indexesOf(site: Site, stored: string): Promise<readonly Doc[]> {
  let found: readonly Doc[];
  try {
    found = await finishedIndexes(site.database, stored);
  } catch (error) {
    if (error instanceof LegacyServerError && error.mongoCode === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
  return found.filter((index) => index.get('name') !== '_id_' && index.get('clustered') !== true);
}
