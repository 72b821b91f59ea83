import { isNumber, toNumber, valuesEqual, type Value } from '@argon/bson';
import type { IndexDefinition } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import { clusteredIndexOf } from '../view/clustered';
import type { CollectionView } from '../view/collection-view';

/** What a client says about how to find records: the direction of a scan, or the index to use. */
export interface Hint {
  readonly natural?: 1 | -1;
  readonly index?: IndexDefinition;
}

/**
 * Checks a hint, an index's name or key pattern or `{$natural: ±1}`, against the collection's indexes.
 * @throws CommandError BadValue for a hint that names no index (or a hidden one), or more than one
 */
export function readHint(view: CollectionView, hint: Value | undefined): Hint | undefined {
  if (hint === undefined || hint === null) return undefined;
  if (typeof hint === 'string') {
    if (view.collection === undefined) return undefined;
    const isClustered = clusteredIndexOf(view.catalog)?.get('name') === hint;
    return named(view.indexes.filter(({ name }) => name === (isClustered ? '_id_' : hint)));
  }
  if (!(hint instanceof Map)) throw new CommandError('FailedToParse', 'Hint must be a string or an object');
  if (hint.size === 0) return undefined;
  const natural = hint.get('$natural');
  if (natural !== undefined) {
    if (!isNumber(natural)) throw new CommandError('FailedToParse', '$natural hint must be a number');
    return { natural: toNumber(natural) < 0 ? -1 : 1 };
  }
  if (view.collection === undefined) return undefined;
  return named(view.indexes.filter((index) => valuesEqual(new Map(index.key), hint)));
}

function named(found: readonly IndexDefinition[]): Hint {
  const [index] = found;
  if (index === undefined) throw refused('hint provided does not correspond to an existing index');
  if (found.length > 1) throw refused('Hint matched multiple indexes, must hint by index name.');
  return { index };
}

function refused(why: string): CommandError {
  return new CommandError(
    'BadValue',
    `error processing query: planner returned error :: caused by :: ${why}`,
  );
}
