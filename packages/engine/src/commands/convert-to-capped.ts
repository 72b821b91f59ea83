import { randomInt } from 'node:crypto';
import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import { validateCollectionName } from '@argon/wal';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { refuseSystemCollection, refuseView } from '../stored-views/refuse';
import { clusteredIndexOf } from '../view/clustered';
import type { StoredRecord } from '../view/collection-view';
import { dataSize } from '../view/data-size';
import type { Draft } from '../write/draft';
import { newCollection } from '../write/new-collection';
import { checkCappedSize, roundedSize } from './create/capped';
import { CommandDefinition } from './definition';

/** The collection stays the one that it was: its history goes on, and what does not fit is deleted by this commit. */
export const convertToCappedCommand = new CommandDefinition({
  name: 'convertToCapped',
  help: 'Makes a collection capped; its indexes go, as in MongoDB.',
  run: async (operation) => {
    const name = operation.collectionName();
    const size = sizeOf(operation);
    const reply = await operation.writeExisting(async (draft) => {
      const catalog = source(operation, draft, name);
      for (const index of catalog.indexes) draft.catalog('drop_index', name, new Map([['name', index.name]]));
      const argument: Doc = new Map([['options', cappedOptions(catalog, size)]]);
      draft.catalog('modify_collection', name, argument.set('cappedAs', temporaryName(name)));
      if (clusteredIndexOf(catalog) === undefined) await draft.shrink(name);
      else for (const record of await passedOver(operation, draft, name)) await draft.remove(name, record);
      return okReply();
    });
    if (reply === undefined) throw absent(operation, name);
    return reply;
  },
});

export const cloneCollectionAsCappedCommand = new CommandDefinition({
  name: 'cloneCollectionAsCapped',
  help: 'Copies the newest documents of a collection into a new, capped one.',
  run: async (operation) => {
    const name = operation.collectionName();
    const to = operation.command.get('toCollection');
    if (typeof to !== 'string')
      throw new CommandError('TypeMismatch', "'toCollection' must be of type String");
    const size = sizeOf(operation);
    try {
      validateCollectionName(to);
    } catch (error) {
      throw new CommandError('InvalidNamespace', `Invalid namespace specified '${operation.namespace(to)}'`, {
        cause: error,
      });
    }
    refuseSystemCollection(to, operation.database);
    const reply = await operation.writeExisting(async (draft) => {
      const catalog = source(operation, draft, name);
      if (draft.collection(to).catalog !== undefined) {
        throw new CommandError(
          'NamespaceExists',
          `cloneCollectionAsCapped failed - destination collection ${operation.namespace(to)} already exists. source collection: ${operation.namespace(name)}`,
        );
      }
      const options = cappedOptions(catalog, size);
      draft.catalog('create_collection', to, newCollection(options).set('clonedFrom', name));
      for (const bytes of await copied(operation, draft, catalog, options)) await draft.insert(to, bytes);
      return okReply();
    });
    if (reply === undefined) throw absent(operation, name);
    return reply;
  },
});

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The name that mongod's capped collection has until it takes the other's: change streams tell of it. */
function temporaryName(name: string): string {
  const letters = Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]);
  return `tmp${letters.join('')}.convertToCapped.${name}`;
}

function source(operation: Operation, draft: Draft, name: string): CollectionCatalog {
  const view = draft.collection(name);
  refuseView(view, operation.namespace(name));
  if (view.catalog === undefined) throw absent(operation, name);
  return view.catalog;
}

function absent(operation: Operation, name: string): CommandError {
  return new CommandError(
    'NamespaceNotFound',
    `source collection ${operation.namespace(name)} does not exist`,
  );
}

/** mongod's own message; it has no code for it. */
function givenSize({ command }: Operation): number {
  const size = command.get('size');
  if (!isNumber(size) || Math.trunc(toNumber(size)) === 0) throw new CommandError(0, 'invalid command spec');
  checkCappedSize(Math.trunc(toNumber(size)));
  return Math.trunc(toNumber(size));
}

function sizeOf(operation: Operation): number {
  return roundedSize(givenSize(operation));
}

function cappedOptions({ options }: CollectionCatalog, size: number): Map<string, Value> {
  const max = options.get('max');
  const gone = ['capped', 'size', 'max'];
  const rest = [...options].filter(([field]) => !gone.includes(field));
  return new Map<string, Value>([
    ['capped', true],
    ['size', size],
    ...(max === undefined ? [] : ([['max', max]] as const)),
    ...rest,
  ]);
}

/** The documents that the copy has. */
async function copied(
  operation: Operation,
  draft: Draft,
  catalog: CollectionCatalog,
  options: ReadonlyMap<string, Value>,
): Promise<Uint8Array[]> {
  const { name } = catalog;
  if (clusteredIndexOf(catalog) === undefined) return newest(operation, draft, name, options);
  const found: Uint8Array[] = [];
  for await (const { documents } of draft.collection(name).scan()) {
    operation.checkTime();
    found.push(...documents);
  }
  return found.slice((await passedOver(operation, draft, name)).length);
}

/** What mongod expects a collection to take at least, bytes. */
const LEAST = 8192;

/**
 * The first documents of a clustered collection that mongod passes over as it copies: for about a quarter of what is above
 * twice the size. As nothing is ever deleted from a capped collection that is clustered, all others stay.
 */
async function passedOver(operation: Operation, draft: Draft, name: string): Promise<StoredRecord[]> {
  const view = draft.collection(name);
  let excess =
    (await dataSize(view, () => operation.checkTime())) - Math.max(2 * givenSize(operation), LEAST);
  const records: StoredRecord[] = [];
  if (excess <= 0) return records;
  for await (const { refs, documents } of view.scan()) {
    operation.checkTime();
    for (const [i, ref] of refs.entries()) {
      if (excess <= 0) return records;
      const bytes = documents[i]!;
      records.push({ ...ref, bytes });
      excess -= 4 * bytes.length;
    }
  }
  return records;
}

/** The newest documents that fit, oldest first. */
async function newest(
  operation: Operation,
  draft: Draft,
  name: string,
  options: ReadonlyMap<string, Value>,
): Promise<Uint8Array[]> {
  const size = options.get('size') as number;
  const max = (options.get('max') as number | undefined) ?? Infinity;
  const found: Uint8Array[] = [];
  let bytes = 0;
  for await (const { documents } of draft.collection(name).scan({ reverse: true })) {
    operation.checkTime();
    for (const document of documents) {
      bytes += document.length;
      if (found.length > 0 && (bytes > size || found.length >= max)) return found.reverse();
      found.push(document);
    }
  }
  return found.reverse();
}
