import type { Doc } from '@argon/bson';
import { validateCollectionName } from '@argon/wal';
import type { CollectionState } from '@argon/materializer';
import type { AnyBranch } from '@argon/branch/dual';
import type { BranchInfo } from '@argon/branch';
import type { Arguments } from '../cli/arguments';
import { CollectionNotChosenError, CollectionNotFoundError } from '../errors/errors';
import { didYouMean, withHint } from '../errors/hints';
import type { Moment } from '@argon/engine';
import type { Session } from '../store/session';
import { databaseOf, type Target } from '../store/target';
import { traditionalCollections } from './traditional-collections';

/** A collection of a branch, wherever that lives. */
export interface ShownCollection {
  readonly name: string;
  /** `collection`, `view`, `timeseries`. */
  readonly type: string;
  readonly documents: number;
  readonly options: Doc;
  /** Specifications of its indexes, that on `_id` first. */
  readonly indexes: readonly Doc[];
  readonly uuid: Uint8Array;
}

const ID_INDEX: Doc = new Map<string, unknown>([
  ['v', 2],
  ['key', new Map([['_id', 1]])],
  ['name', '_id_'],
]) as Doc;

/**
 * The collections of a branch at a moment, by name.
 * @throws LsnOutOfRangeError, MomentOutOfRangeError, WalOnlyError for a moment of a traditional branch
 */
export async function collectionsOf(
  session: Session,
  on: Target<AnyBranch>,
  moment?: Moment,
): Promise<readonly ShownCollection[]> {
  const { branch } = on;
  const collections =
    branch.type === 'wal'
      ? (await statesOf(session, branch, moment)).map(shown)
      : await traditionalCollections(session, databaseOf(on, moment));
  return [...collections].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** By a collation of the collection's own, the index on `_id` is recorded as others are. */
function withIdIndex(recorded: readonly Doc[]): readonly Doc[] {
  return recorded.some((index) => index.get('name') === '_id_') ? recorded : [ID_INDEX, ...recorded];
}

async function statesOf(
  { materializer }: Session,
  { id }: BranchInfo,
  moment: Moment | undefined,
): Promise<readonly CollectionState[]> {
  const state =
    moment === undefined
      ? await materializer.current(id)
      : await materializer.stateAt(
          id,
          'lsn' in moment ? moment.lsn : await materializer.lsnAtTime(id, moment.timestamp),
        );
  return [...state.collections.values()];
}

function shown({ catalog, count }: CollectionState): ShownCollection {
  const { name, type, options, indexes, uuid } = catalog;
  return {
    name,
    type,
    documents: count,
    options: new Map(options),
    indexes: type === 'view' ? [] : withIdIndex(indexes.map(({ specification }) => new Map(specification))),
    uuid,
  };
}

/**
 * The collection to read: the first argument or `--collection`.
 * @throws CollectionNotChosenError, CollectionNotFoundError, InvalidNameError
 */
export async function collectionToRead(
  session: Session,
  on: Target<AnyBranch>,
  given: Arguments,
  moment?: Moment,
): Promise<ShownCollection> {
  const collections = await collectionsOf(session, on, moment);
  const names = collections.map((collection) => collection.name);
  const name = given.at(0) ?? given.text('collection');
  if (name === undefined) throw new CollectionNotChosenError(names);
  validateCollectionName(name);
  const found = collections.find((collection) => collection.name === name);
  if (found !== undefined) return found;
  throw withHint(new CollectionNotFoundError(name, `'${databaseOf(on, moment)}'`), didYouMean(name, names));
}
