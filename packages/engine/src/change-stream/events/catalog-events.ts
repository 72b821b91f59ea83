import { decodeDocument, valuesEqual, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import type { Entry } from '@argon/wal';
import { inOptionOrder } from '../../commands/option-order';
import { idIndexDocument, indexDocument } from './index-document';
import type { EntriesPart } from '../log/branch-log';
import { isInScope } from '../scope';
import { cappedCreation, cappedName } from './capped-events';
import { catalogAt, eventOf, type Told } from './catalog-event';
import { namespaceOf, uuidValue, type EventContext } from './context';
import { invalidation, type ChangeEvent } from './event';

/** Events of a part's changes of the catalogue: the n-th entry's, perhaps together with those that belong to it. */
export async function catalogEvents(
  context: EventContext,
  part: EntriesPart,
  n: number,
): Promise<ChangeEvent[]> {
  const entry = part.entries[n]!;
  switch (entry.operation) {
    case 'create_collection':
      return expanded(context, part, n, () => created(entry));
    case 'modify_collection':
      if (cappedName(entry) !== undefined) return cappedCreation(context, part, n);
      return expanded(context, part, n, (catalog) => modified(entry, catalog!));
    case 'create_index':
      return createdIndexes(context, part, n);
    case 'drop_index':
      return expanded(context, part, n, (catalog) => droppedIndex(entry, catalog!));
    case 'rename_collection':
      return renamed(context, part, n);
    case 'drop_collection':
      return dropped(context, part, n);
    case 'delete_branch':
      return gone(context, part, entry, 'dropDatabase');
    default:
      return [];
  }
}

/** An event that only streams with `showExpandedEvents` tell of. */
async function expanded(
  context: EventContext,
  part: EntriesPart,
  n: number,
  tell: (catalog: CollectionCatalog | undefined) => Told,
): Promise<ChangeEvent[]> {
  const entry = part.entries[n]!;
  if (!context.options.showExpandedEvents || !isInScope(context.scope, entry.collection)) return [];
  const told = tell(await catalogAt(context, part, n, entry.collection));
  const catalog = told.catalog ?? (await catalogAt(context, part, n + 1, entry.collection));
  const ns = namespaceOf(context, entry.collection);
  return [eventOf(context, part, entry, { ...told, catalog, fields: [['ns', ns], ...told.fields] })];
}

function created(entry: Entry): Told {
  const argument = decodeDocument(entry.document!);
  const description: Doc = new Map(inOptionOrder(argument.get('options') as Doc));
  const hasIdIndex = argument.get('type') !== 'view' && !description.has('clusteredIndex');
  if (hasIdIndex) description.set('idIndex', idIndexDocument(description.get('collation')));
  return { operationType: 'create', fields: [['operationDescription', description]] };
}

function modified(entry: Entry, catalog: CollectionCatalog): Told {
  const argument = decodeDocument(entry.document!);
  const told = argument.get('told');
  if (told instanceof Map) return { operationType: 'modify', catalog, fields: toldFields(told, catalog) };
  const options = argument.get('options') as Doc;
  const changes: Doc = new Map();
  for (const [option, value] of options) {
    const before = catalog.options.get(option);
    if (before === undefined || !valuesEqual(before, value)) changes.set(option, value);
  }
  // What is taken away was given as empty.
  for (const option of catalog.options.keys()) if (!options.has(option)) changes.set(option, new Map());
  const before: Doc = new Map([['uuid', uuidValue(catalog.uuid)], ...inOptionOrder(catalog.options)]);
  const state: Doc = new Map([['collectionOptions', before]]);
  const index = argument.get('index');
  if (index instanceof Map) modifiedIndex(index, catalog, changes, state);
  return {
    operationType: 'modify',
    catalog,
    fields: [
      ['operationDescription', changes],
      ['stateBeforeChange', state],
    ],
  };
}

/** Of an entry that says what its command was. */
function toldFields(told: Doc, catalog: CollectionCatalog): Told['fields'] {
  if (catalog.type === 'view') return [['operationDescription', told]];
  const before: Doc = new Map([['uuid', uuidValue(catalog.uuid)], ...inOptionOrder(catalog.options)]);
  const state: Doc = new Map([['collectionOptions', before]]);
  const index = told.get('index');
  if (index instanceof Map) state.set('indexOptions', indexOptionsBefore(index, catalog));
  return [
    ['operationDescription', told],
    ['stateBeforeChange', state],
  ];
}

function indexOptionsBefore(told: Doc, { indexes }: CollectionCatalog): Doc {
  const before = indexes.find(({ name }) => name === told.get('name'))?.specification;
  const options: Doc = new Map();
  for (const [option, initial] of INDEX_OPTIONS) {
    const value = before?.get(option) ?? initial;
    if (told.has(option) && value !== undefined) options.set(option, value);
  }
  return options;
}

/** What of an index can be changed, and what it is before it is first set. */
const INDEX_OPTIONS: ReadonlyMap<string, Value | undefined> = new Map<string, Value | undefined>([
  ['expireAfterSeconds', undefined],
  ['hidden', false],
  ['prepareUnique', false],
  ['unique', undefined],
]);

function modifiedIndex(index: Doc, { indexes }: CollectionCatalog, changes: Doc, state: Doc): void {
  const name = index.get('name')!;
  const before = indexes.find((each) => each.name === name)?.specification ?? new Map<string, Value>();
  const [changed, options]: [Doc, Doc] = [new Map([['name', name]]), new Map()];
  for (const [option, initial] of INDEX_OPTIONS) {
    const [old, now] = [before.get(option) ?? initial, index.get(option) ?? initial];
    if (now === undefined || (old !== undefined && valuesEqual(old, now))) continue;
    changed.set(option, now);
    if (old !== undefined) options.set(option, old);
  }
  changes.set('index', changed);
  state.set('indexOptions', options);
}

/** One event for the indexes that a command made. */
async function createdIndexes(context: EventContext, part: EntriesPart, n: number): Promise<ChangeEvent[]> {
  const { entries } = part;
  const { collection } = entries[n]!;
  const isOne = (entry: Entry | undefined) =>
    entry?.operation === 'create_index' && entry.collection === collection && !isIdIndex(entry);
  // Told of with the first of them, or with the collection.
  if (isOne(entries[n - 1]) || !isOne(entries[n])) return [];
  let end = n;
  while (isOne(entries[end])) end += 1;
  return expanded(context, part, n, (catalog) => ({
    operationType: 'createIndexes',
    catalog,
    fields: [
      [
        'operationDescription',
        new Map([
          [
            'indexes',
            entries
              .slice(n, end)
              .map(({ document }) => indexDocument(decodeDocument(document!).get('specification') as Doc)),
          ],
        ]),
      ],
    ],
  }));
}

/** Whether the entry says the collation of the index on `_id`, which a collection has from the beginning. */
function isIdIndex({ document }: Entry): boolean {
  return (decodeDocument(document!).get('specification') as Doc).get('name') === '_id_';
}

function droppedIndex(entry: Entry, catalog: CollectionCatalog): Told {
  const name = decodeDocument(entry.document!).get('name');
  const index = catalog.indexes.find((each) => each.name === name)!;
  return {
    operationType: 'dropIndexes',
    catalog,
    fields: [['operationDescription', new Map([['indexes', [indexDocument(index.specification)]]])]],
  };
}

async function renamed(context: EventContext, part: EntriesPart, n: number): Promise<ChangeEvent[]> {
  const entry = part.entries[n]!;
  const to = decodeDocument(entry.document!).get('to') as string;
  if (!isInScope(context.scope, entry.collection) && !isInScope(context.scope, to)) return [];
  const target = namespaceOf(context, to);
  const description: Doc = new Map([['to', target]]);
  let catalog: CollectionCatalog | undefined;
  if (context.options.showExpandedEvents) {
    catalog = await catalogAt(context, part, n, entry.collection);
    const replaced = isReplaced(part, n - 1) ? await catalogAt(context, part, n - 1, to) : undefined;
    if (replaced !== undefined) description.set('dropTarget', uuidValue(replaced.uuid));
  }
  const event = eventOf(context, part, entry, {
    operationType: 'rename',
    leading: [['to', target]],
    catalog,
    fields: [
      ['ns', namespaceOf(context, entry.collection)],
      ...(context.options.showExpandedEvents ? [['operationDescription', description] as const] : []),
    ],
  });
  return context.scope.kind === 'collection' ? [event, invalidation(event)] : [event];
}

/** Whether the n-th entry drops a collection so that the next one may give its name to another. */
function isReplaced({ entries }: EntriesPart, n: number): boolean {
  const [drop, rename] = [entries[n], entries[n + 1]];
  if (drop?.operation !== 'drop_collection' || rename?.operation !== 'rename_collection') return false;
  return decodeDocument(rename.document!).get('to') === drop.collection;
}

async function dropped(context: EventContext, part: EntriesPart, n: number): Promise<ChangeEvent[]> {
  const entry = part.entries[n]!;
  const events: ChangeEvent[] = [];
  if (isInScope(context.scope, entry.collection) && !isReplaced(part, n)) {
    const catalog = await catalogAt(context, part, n, entry.collection);
    if (catalog?.type !== 'view' || context.options.showExpandedEvents) {
      const ns = namespaceOf(context, entry.collection);
      const event = eventOf(context, part, entry, { operationType: 'drop', catalog, fields: [['ns', ns]] });
      events.push(event);
      if (context.scope.kind === 'collection') return [event, invalidation(event)];
    }
  }
  if (endsDatabase(entry) && !endsDatabase(part.entries[n + 1]))
    events.push(...gone(context, part, entry, 'dropDatabase', 1));
  return events;
}

/** Whether the entry is of a dropDatabase command; its last one stands for the command itself. */
function endsDatabase(entry: Entry | undefined): boolean {
  if (entry?.operation !== 'drop_collection' || entry.document === null) return false;
  return decodeDocument(entry.document).get('dropDatabase') === true;
}

/** The end of a branch, or of all that it holds. */
function gone(
  context: EventContext,
  part: EntriesPart,
  entry: Entry,
  operationType: string,
  number = 0,
): ChangeEvent[] {
  const told = { operationType, fields: [['ns', new Map([['db', context.database]])] as const] };
  const event = eventOf(context, part, entry, told, number);
  switch (context.scope.kind) {
    case 'collection':
      return entry.operation === 'delete_branch' ? [invalidation(event)] : [];
    case 'database':
      return [event, invalidation(event)];
    case 'cluster':
      return [event];
  }
}
