import { validateCollectionName } from '@argon/wal';
import type { CollectionState } from '@argon/materializer';
import type { Arguments } from '../cli/arguments';
import { CollectionNotChosenError, CollectionNotFoundError } from '../errors/errors';
import { didYouMean, withHint } from '../errors/hints';
import type { Moment } from '@argon/engine';
import type { Session } from '../store/session';
import { databaseOf, type Target } from '../store/target';

/**
 * The collections of a branch at a moment, by name.
 * @throws LsnOutOfRangeError, MomentOutOfRangeError
 */
export async function collectionsOf(
  { materializer }: Session,
  { branch }: Target,
  moment?: Moment,
): Promise<readonly CollectionState[]> {
  const state =
    moment === undefined
      ? await materializer.current(branch.id)
      : await materializer.stateAt(
          branch.id,
          'lsn' in moment ? moment.lsn : await materializer.lsnAtTime(branch.id, moment.timestamp),
        );
  return [...state.collections.values()].sort((a, b) => (a.catalog.name < b.catalog.name ? -1 : 1));
}

/**
 * The collection to read: the first argument or `--collection`.
 * @throws CollectionNotChosenError, CollectionNotFoundError, InvalidNameError
 */
export async function collectionToRead(
  session: Session,
  on: Target,
  given: Arguments,
  moment?: Moment,
): Promise<CollectionState> {
  const collections = await collectionsOf(session, on, moment);
  const names = collections.map(({ catalog }) => catalog.name);
  const name = given.at(0) ?? given.text('collection');
  if (name === undefined) throw new CollectionNotChosenError(names);
  validateCollectionName(name);
  const found = collections.find(({ catalog }) => catalog.name === name);
  if (found !== undefined) return found;
  throw withHint(new CollectionNotFoundError(name, `'${databaseOf(on, moment)}'`), didYouMean(name, names));
}
