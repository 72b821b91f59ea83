import { decodeDocument, type Doc, type Value } from '@argon/bson';
import { batches, finishedIndexes, LegacyServerError } from '@argon/branch/prefix';
import { isSimpleCollation, keptIndexes, keptOptions } from '@argon/engine';
import type { Site } from '../site/site';
import { uuidText } from '../stream/change-event';
import { viewOf } from './view-definition';

/** What a collection or view of a site is, as the log can have it. */
export interface Definition {
  readonly name: string;
  readonly type: 'collection' | 'view';
  /** In hexadecimal; undefined of views. */
  readonly uuid: string | undefined;
  /** What the log keeps of the options. */
  readonly options: Doc;
  /** Specifications that the log can have, without that of `_id_`. */
  readonly indexes: readonly Doc[];
  /** Whether mongod orders its `_id`s as the log does, and reads it as of one moment: it can be copied by ranges. */
  readonly isOrdered: boolean;
  readonly isCapped: boolean;
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

const NAMESPACE_NOT_FOUND = 26;

/** What a site's database says of its collections now. */
export interface Listing {
  /** Collections and views, ordered by name as JavaScript does. */
  readonly names: readonly string[];
  /** Those of them that are views. */
  readonly views: ReadonlySet<string>;
  /** Views and others that the log cannot have. */
  readonly notes: readonly string[];
}

/** @throws LegacyServerError, the driver's errors */
export async function listSite(site: Site, signal?: AbortSignal): Promise<Listing> {
  const names: string[] = [];
  const views = new Set<string>();
  const notes: string[] = [];
  for (const described of await describe(site, undefined, signal)) {
    const name = site.shown(described.get('name') as string);
    if (name === undefined) continue;
    const type = described.get('type') as string;
    if (type === 'view') {
      const view = viewOf(site, name, optionsOf(described));
      notes.push(...view.notes);
      if (view.kept === undefined) continue;
      views.add(name);
    }
    if (type === 'collection' || type === 'view') names.push(name);
    else notes.push(`${name} is a ${type === 'timeseries' ? 'time series' : type}, and was left out`);
  }
  return { names: names.sort((a, b) => (a < b ? -1 : 1)), views, notes: notes.sort() };
}

/** The definition of a collection or view now; undefined if there is none of that name that the log could have. */
export async function definitionOf(
  site: Site,
  collection: string,
  signal?: AbortSignal,
): Promise<Definition | undefined> {
  const stored = site.stored(collection);
  const [described] = await describe(site, stored, signal);
  if (described?.get('type') === 'view') return viewDefinition(site, collection, described);
  if (described?.get('type') !== 'collection') return undefined;
  const given = optionsOf(described);
  let listed: readonly Doc[];
  try {
    listed = await finishedIndexes(site.database, stored, signal);
  } catch (error) {
    if (error instanceof LegacyServerError && error.mongoCode === NAMESPACE_NOT_FOUND) return undefined;
    throw error;
  }
  const options = keptOptions(collection, given);
  const indexes = keptIndexes(collection, listed);
  return {
    name: collection,
    type: 'collection',
    uuid: uuidText((described.get('info') as Doc | undefined)?.get('uuid')),
    options: options.kept,
    indexes: indexes.kept,
    isOrdered: isSimpleCollation(given.get('collation')) && given.get('capped') !== true,
    isCapped: given.get('capped') === true,
    notes: [...options.notes, ...indexes.notes],
  };
}

function viewDefinition(site: Site, name: string, described: Doc): Definition | undefined {
  const { kept, notes } = viewOf(site, name, optionsOf(described));
  if (kept === undefined) return undefined;
  const isNoCollection = { uuid: undefined, indexes: [], isOrdered: true, isCapped: false };
  return { name, type: 'view', options: kept, ...isNoCollection, notes };
}

function optionsOf(described: Doc): Doc {
  return (described.get('options') ?? new Map<string, Value>()) as Doc;
}

/** What the log cannot have of a site as it is now: for who was not told when it was copied. */
export async function siteNotes(site: Site): Promise<readonly string[]> {
  const { names, notes } = await listSite(site);
  const told = [...notes];
  for (const name of names) told.push(...((await definitionOf(site, name))?.notes ?? []));
  return told.sort();
}

/** Whether the collection that has a name now is the one that an event was about, as far as that can be told. */
export async function isStill(
  site: Site,
  collection: string,
  uuid: string | undefined,
  signal?: AbortSignal,
): Promise<boolean> {
  const [described] = await describe(site, site.stored(collection), signal);
  const now = uuidText((described?.get('info') as Doc | undefined)?.get('uuid'));
  return described !== undefined && (uuid === undefined || uuid === now);
}

async function describe(
  site: Site,
  stored: string | undefined,
  signal?: AbortSignal,
): Promise<readonly Doc[]> {
  const filter = new Map(stored === undefined ? [] : [['name', stored]]);
  const found: Doc[] = [];
  const list = { listCollections: 1, filter, cursor: new Map() };
  for await (const batch of batches(site.database, list, 1000, signal))
    for (const bytes of batch) found.push(decodeDocument(bytes));
  return found;
}
