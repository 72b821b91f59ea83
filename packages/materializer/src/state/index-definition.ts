import { encodeDocument, type Doc, type Value } from '@argon/bson';
import { LogInconsistentError } from '../errors';
import type { IndexDefinition } from './contract';
import { indexKind } from './index-kind';

/**
 * An index specification as `createIndexes` takes it and the catalogue records it, in the form that states hold.
 * @throws LogInconsistentError when name or key are not there: the engine checks specifications before it records them
 */
export function indexDefinition(specification: ReadonlyMap<string, Value>): IndexDefinition {
  const name = specification.get('name');
  const key = specification.get('key');
  const partial = specification.get('partialFilterExpression');
  if (typeof name !== 'string' || !(key instanceof Map) || key.size === 0) {
    throw new LogInconsistentError('an index specification lacks its name or key', { name });
  }
  return {
    name,
    key,
    // That on `_id` is recorded where a collation makes more of them equal than are the same.
    unique: name === '_id_' || truthy(specification.get('unique')),
    prepareUnique: truthy(specification.get('prepareUnique')),
    sparse: truthy(specification.get('sparse')),
    partial: partial instanceof Map ? partial : undefined,
    specification,
  };
}

/** Flags of index specifications may be booleans or numbers (`unique: 1`). */
function truthy(value: Value | undefined): boolean {
  if (typeof value === 'object' && value !== null && 'valueOf' in value) return Number(value.valueOf()) !== 0;
  return Boolean(value);
}

const OTHERS = [
  'wildcardProjection',
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
];

const identities = new WeakMap<IndexDefinition, string>();

/** Equal for definitions that hold the same keys for the same documents, whatever they are called. */
export function indexIdentity(definition: IndexDefinition): string {
  let identity = identities.get(definition);
  if (identity === undefined) {
    const what: Doc = new Map<string, Value>([['key', new Map(definition.key)]]);
    what.set('sparse', definition.sparse);
    if (definition.partial) what.set('partial', new Map(definition.partial));
    const collation = definition.specification.get('collation');
    if (collation !== undefined) what.set('collation', collation);
    // What else says which keys there are; without it an index is as it was before there were other kinds.
    for (const option of OTHERS) {
      const value = definition.specification.get(option);
      if (value !== undefined && indexKind(definition.key) !== 'ordered') what.set(option, value);
    }
    identity = Buffer.from(encodeDocument(what)).toString('latin1');
    identities.set(definition, identity);
  }
  return identity;
}
