import { isNumber, toNumber, valuesEqual, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import type { CollectionView } from '../view/collection-view';

/**
 * Checks a hint against the collection's indexes; returns the direction of a `$natural` one.
 * @throws CommandError BadValue for a hint that names no index
 */
export function checkHint(view: CollectionView, hint: Value | undefined): 1 | -1 | undefined {
  if (hint === undefined || hint === null) return undefined;
  if (typeof hint === 'string') {
    if (hint === '_id_' || view.catalog?.indexes.some((index) => index.name === hint) === true)
      return undefined;
    if (view.collection === undefined) return undefined;
    throw noSuchIndex();
  }
  if (!(hint instanceof Map)) throw new CommandError('FailedToParse', 'Hint must be a string or an object');
  if (hint.size === 0) return undefined;
  const natural = hint.get('$natural');
  if (natural !== undefined) {
    if (!isNumber(natural)) throw new CommandError('FailedToParse', '$natural hint must be a number');
    return toNumber(natural) < 0 ? -1 : 1;
  }
  if (view.collection === undefined) return undefined;
  if (hint.size === 1 && hint.has('_id')) return undefined;
  if (view.catalog?.indexes.some((index) => valuesEqual(new Map(index.key), hint)) === true) return undefined;
  throw noSuchIndex();
}

function noSuchIndex(): CommandError {
  return new CommandError(
    'BadValue',
    'error processing query: planner returned error: hint provided does not correspond to an existing index',
  );
}
