import { rewritePipeline, type NameMap } from '@argon/branch/prefix';
import { isIdentical, valuesEqual, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import type { Site } from '../site/site';
import { isSameCollation } from './collation';

/** What `collMod` can change; a collection whose other options differ has to be made anew. */
const MODIFIABLE = new Set([
  'validator',
  'validationLevel',
  'validationAction',
  'changeStreamPreAndPostImages',
  'viewOn',
  'pipeline',
]);
/** Options that stay what somebody wrote, to the byte. */
const AS_WRITTEN = new Set(['validator', 'viewOn', 'pipeline']);
/** What an option says that is not there. */
const ABSENT: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['validator', new Map()],
  ['validationLevel', 'strict'],
  ['validationAction', 'error'],
  ['changeStreamPreAndPostImages', new Map([['enabled', false]])],
  ['capped', false],
]);
/** Told by listings and of no consequence, or for servers of long ago. */
const IGNORED = new Set(['uuid', 'autoIndexId', 'idIndex', 'flags', 'temp', 'create']);

/** A collection's options as they are at a site: names inside of views are those of the collections there. */
export function siteOptions(site: Site, catalog: CollectionCatalog): Doc {
  const options: Doc = new Map(catalog.options);
  if (catalog.type !== 'view') return options;
  const names: NameMap = {
    strict: false,
    database: (name) => name,
    collection: (name) => site.stored(name),
  };
  options.set('viewOn', site.stored(options.get('viewOn') as string));
  options.set('pipeline', rewritePipeline(options.get('pipeline') ?? [], names));
  return options;
}

/** Options that two collections do not have alike. */
export function differingOptions(a: Doc, b: Doc): readonly string[] {
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => !IGNORED.has(name) && !isSame(name, valueOf(a, name), valueOf(b, name)));
}

export function isModifiable(option: string): boolean {
  return MODIFIABLE.has(option);
}

/** For `collMod`: what makes options of a collection what they should be; an option that is to go says what its absence does. */
export function modification(names: readonly string[], wanted: Doc): Record<string, Value> {
  const fields: Record<string, Value> = {};
  for (const name of names) fields[name] = wanted.get(name) ?? ABSENT.get(name)!;
  // A view is always given as a whole.
  if (names.includes('viewOn') || names.includes('pipeline')) {
    fields['viewOn'] = wanted.get('viewOn')!;
    fields['pipeline'] = wanted.get('pipeline') ?? [];
  }
  return fields;
}

function valueOf(options: Doc, name: string): Value | undefined {
  return options.get(name) ?? ABSENT.get(name);
}

function isSame(name: string, a: Value | undefined, b: Value | undefined): boolean {
  if (name === 'collation') return isSameCollation(a, b);
  if (a === undefined || b === undefined) return a === b;
  return AS_WRITTEN.has(name) ? isIdentical(a, b) : valuesEqual(a, b);
}
