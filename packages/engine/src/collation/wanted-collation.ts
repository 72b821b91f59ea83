import { bsonTypeName, type Collation, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog, IndexDefinition } from '@argon/materializer';
import type { CommandDocument } from '../handler/contract';
import { CommandError } from '../handler/errors';
import { readCollation } from './read-collation';

/** The collation that a command asks for: one, none (`simple`), or that of the collection. */
export type WantedCollation = { readonly collation: Collation | undefined } | 'default';

/**
 * Reads a command's or a statement's field `collation`, of which it is known that it is a document or not there.
 *
 * @throws CommandError with mongod's code and message for what mongod refuses
 */
export function wantedCollation(value: Value | undefined): WantedCollation {
  return value instanceof Map && value.size > 0 ? { collation: readCollation(value) } : 'default';
}

/** @throws CommandError TypeMismatch for what is no document @param path the field as messages name it */
export function checkCollationType(value: Value | undefined, path: string): void {
  if (value === undefined || value === null || value instanceof Map) return;
  throw new CommandError(
    'TypeMismatch',
    `BSON field '${path}' is the wrong type '${bsonTypeName(value)}', expected type 'object'`,
  );
}

/** The field `collation` of a command. @throws CommandError */
export function commandCollation(command: CommandDocument): WantedCollation {
  const value = command.get('collation');
  checkCollationType(value, `${command.name}.collation`);
  return wantedCollation(value);
}

/**
 * How strings compare where a command that wants a collation meets a collection.
 *
 * @throws CommandError OptionNotSupportedOnView for another collation than a view's own
 */
export function collationIn(
  wanted: WantedCollation,
  catalog: CollectionCatalog | undefined,
): Collation | undefined {
  if (wanted === 'default') return defaultCollation(catalog);
  if (catalog?.type === 'view') checkViewCollation(wanted.collation, catalog);
  return wanted.collation;
}

/** @throws CommandError OptionNotSupportedOnView @param told what follows in the message */
export function checkViewCollation(
  collation: Collation | undefined,
  catalog: CollectionCatalog,
  told = '',
): void {
  if (collation === defaultCollation(catalog)) return;
  throw new CommandError('OptionNotSupportedOnView', `Cannot override a view's default collation${told}`);
}

const DEFAULTS = new WeakMap<Doc, Collation>();

/** A collection's own collation; undefined: strings compare by their bytes. */
export function defaultCollation(
  catalog: Pick<CollectionCatalog, 'options'> | undefined,
): Collation | undefined {
  const recorded = catalog?.options.get('collation');
  return recorded instanceof Map ? recordedCollation(recorded) : undefined;
}

/** A collation as the catalogue has it. */
function recordedCollation(recorded: Doc): Collation | undefined {
  let collation = DEFAULTS.get(recorded);
  if (collation === undefined) {
    collation = readCollation(recorded);
    if (collation !== undefined) DEFAULTS.set(recorded, collation);
  }
  return collation;
}

/** How an index compares strings; undefined: by their bytes. */
export function indexCollation(index: Pick<IndexDefinition, 'specification'>): Collation | undefined {
  const recorded = index.specification.get('collation');
  return recorded instanceof Map ? recordedCollation(recorded) : undefined;
}
