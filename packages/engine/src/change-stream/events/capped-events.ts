import { decodeDocument, type Doc, type Value } from '@argon/bson';
import { isDocumentOperation, type Entry } from '@argon/wal';
import { inOptionOrder } from '../../commands/option-order';
import { isInScope } from '../scope';
import type { EntriesPart } from '../log/branch-log';
import { catalogAt, eventOf } from './catalog-event';
import { namespaceOf, uuidValue, type EventContext } from './context';
import { invalidation, type ChangeEvent } from './event';
import { idIndexDocument } from './index-document';

/** The name that the collection has while mongod makes it, of a `convertToCapped`; undefined of other entries. */
export function cappedName({ operation, document }: Entry): string | undefined {
  if (operation !== 'modify_collection' || document === null) return undefined;
  return decodeDocument(document).get('cappedAs') as string | undefined;
}

/** The beginning of a `convertToCapped`, as mongod tells it: a capped collection is made. */
export async function cappedCreation(
  context: EventContext,
  part: EntriesPart,
  n: number,
): Promise<ChangeEvent[]> {
  const { options, scope } = context;
  const entry = part.entries[n]!;
  if (!options.showExpandedEvents || scope.kind === 'collection' || !isInScope(scope, entry.collection))
    return [];
  const catalog = (await catalogAt(context, part, n + 1, entry.collection))!;
  const fields = [
    ['ns', namespaceOf(context, cappedName(entry)!)] as const,
    ['operationDescription', temporary(catalog.options)] as const,
  ];
  return [eventOf(context, part, entry, { operationType: 'create', catalog, fields })];
}

/** Its end, behind its last entry: the new collection takes the name of the one that was there. */
export async function cappedRename(
  context: EventContext,
  part: EntriesPart,
  n: number,
): Promise<ChangeEvent[]> {
  const entry = part.entries[n]!;
  const capped = cappedIn(part.entries).converted.get(entry.collection);
  if (capped?.last !== entry || !isInScope(context.scope, entry.collection)) return [];
  const { showExpandedEvents } = context.options;
  const [ns, to] = [namespaceOf(context, capped.name), namespaceOf(context, entry.collection)];
  const catalog = showExpandedEvents ? await catalogAt(context, part, n + 1, entry.collection) : undefined;
  const description: Doc = new Map([['to', to]]);
  if (catalog !== undefined) description.set('dropTarget', uuidValue(catalog.uuid));
  const fields = [
    ['ns', ns] as const,
    ...(showExpandedEvents ? [['operationDescription', description] as const] : []),
  ];
  const told = { operationType: 'rename', leading: [['to', to]] as const, catalog, fields };
  const event = eventOf(context, part, entry, told, 1);
  return context.scope.kind === 'collection' ? [event, invalidation(event)] : [event];
}

/** The event of a document that did not fit: it goes from the new collection, before that has its name. */
export function inCapped(
  context: EventContext,
  { entries }: EntriesPart,
  { collection }: Entry,
  event: ChangeEvent,
): ChangeEvent {
  const capped = cappedIn(entries).converted.get(collection);
  if (capped === undefined) return event;
  const ns = namespaceOf(context, capped.name);
  return { ...event, fields: event.fields.map((field) => (field[0] === 'ns' ? ['ns', ns] : field)) };
}

/** What mongod says of the collection while it is made. */
function temporary(options: ReadonlyMap<string, Value>): Doc {
  const description: Doc = new Map();
  const told = inOptionOrder(options);
  const isSize = ([field]: readonly [string, Value]) => ['capped', 'size', 'max'].includes(field);
  for (const [field, value] of told.filter(isSize)) description.set(field, value);
  description.set('temp', true);
  for (const [field, value] of told) description.set(field, value);
  return description.set('idIndex', idIndexDocument(description.get('collation')));
}

/** The collections that a commit makes capped. */
interface Capped {
  /** Made by `cloneCollectionAsCapped`. */
  readonly cloned: ReadonlySet<string>;
  /** By `convertToCapped`: the name that mongod's has meanwhile, and the last entry that belongs to it. */
  readonly converted: ReadonlyMap<string, { readonly name: string; readonly last: Entry }>;
}

const CAPPED = new WeakMap<readonly Entry[], Capped>();

/** Whether no event tells of an entry: of what is copied, of indexes that are not, and of what another collection loses. */
export function isSilent({ scope }: EventContext, { entries }: EntriesPart, entry: Entry): boolean {
  const { operation, collection } = entry;
  const { cloned, converted } = cappedIn(entries);
  if (cloned.has(collection) && isDocumentOperation(operation)) return true;
  if (!converted.has(collection)) return false;
  return operation === 'drop_index' || (scope.kind === 'collection' && isDocumentOperation(operation));
}

function cappedIn(entries: readonly Entry[]): Capped {
  let capped = CAPPED.get(entries);
  if (capped === undefined) CAPPED.set(entries, (capped = findCapped(entries)));
  return capped;
}

function findCapped(entries: readonly Entry[]): Capped {
  const cloned = new Set<string>();
  const converted = new Map<string, { name: string; last: Entry }>();
  for (const entry of entries) {
    const { operation, collection, document } = entry;
    const name = cappedName(entry);
    const begun = converted.get(collection);
    if (name !== undefined) converted.set(collection, { name, last: entry });
    else if (begun !== undefined && isDocumentOperation(operation)) begun.last = entry;
    else if (operation === 'create_collection' && document !== null) {
      if (decodeDocument(document).has('clonedFrom')) cloned.add(collection);
    }
  }
  return { cloned, converted };
}
