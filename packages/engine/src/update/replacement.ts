import { haveIdenticalFields, compareValues, Timestamp, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { clusterClock } from './cluster-time';
import { checkIdValue, idIsArray } from './id-value';
import { checkNesting } from './nesting';
import { fieldText } from './text/value-text';
import { dollarPrefixedField } from './tree/guards';
import type { Update, UpdateResult, UpdateSituation } from './update';

/** An update that replaces the whole document except its `_id`. */
export class Replacement implements Update {
  readonly kind = 'replacement';
  readonly needsPosition = false;

  constructor(private readonly replacement: Doc) {}

  apply(document: Doc, situation: UpdateSituation): UpdateResult {
    const stamped = withTimestamps(this.replacement, situation);
    if (haveIdenticalFields(stamped, document)) return { document, changed: false };
    if (situation.inserting !== true) checkNames(stamped);
    return { document: withOriginalId(stamped, document, situation), changed: true };
  }
}

/**
 * The new document with its `_id` in front: its own if it has one, else the original's.
 * @throws CommandError ImmutableField if it has another than the original
 */
export function withOriginalId(replacement: Doc, original: Doc, situation: UpdateSituation): Doc {
  checkNesting(replacement, 0);
  const originalId = original.get('_id');
  const id = replacement.has('_id') ? replacement.get('_id') : originalId;
  if (id === undefined) return replacement;
  if (situation.inserting === true && Array.isArray(id)) throw idIsArray('(immutable) field');
  if (situation.inserting !== true) checkIdValue(id);
  if (originalId !== undefined && compareValues(id, originalId) !== 0) throw idAltered(id);
  if (situation.inserting === true) checkIdValue(id);
  const document: Doc = new Map([['_id', id]]);
  for (const [name, value] of replacement) document.set(name, name === '_id' ? id : value);
  return document;
}

function idAltered(id: Value): CommandError {
  return new CommandError(
    'ImmutableField',
    `After applying the update, the (immutable) field '_id' was found to have been altered to ${fieldText('_id', id)}`,
  );
}

/** mongod lets names with `$` in front into a new document, but not into one that was there. */
function checkNames(replacement: Doc): void {
  for (const name of replacement.keys()) {
    if (name.startsWith('$')) throw dollarPrefixedField(name);
  }
}

/** Top-level `Timestamp(0, 0)`, except as `_id`, stands for the time of the update. */
function withTimestamps(replacement: Doc, situation: UpdateSituation): Doc {
  let stamped = replacement;
  for (const [name, value] of replacement) {
    if (name === '_id' || !isZeroTimestamp(value)) continue;
    if (stamped === replacement) stamped = new Map(replacement);
    stamped.set(name, situation.timestamp?.() ?? clusterClock.tick(situation.now));
  }
  return stamped;
}

function isZeroTimestamp(value: Value): boolean {
  return value instanceof Timestamp && value.t === 0 && value.i === 0;
}
