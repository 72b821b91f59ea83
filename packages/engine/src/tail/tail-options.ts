import { isNumber, toNumber } from '@argon/bson';
import { findFlag } from '../commands/find-flag';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import type { Hint } from '../plan/hint';
import { clusteredIndexOf } from '../view/clustered';
import type { CollectionView } from '../view/collection-view';
import { isCapped } from '../write/capped-rooms';

/** How a find goes on after it has come to the end: `await`, getMore waits there for what is inserted next. */
export type TailMode = 'tail' | 'await';

/** What find's `tailable` and `awaitData` ask for; undefined without them. @throws CommandError as mongod does */
export function tailMode(operation: Operation): TailMode | undefined {
  const [tailable, awaitData] = [findFlag(operation, 'tailable'), findFlag(operation, 'awaitData')];
  if (!tailable) {
    if (!awaitData) return undefined;
    throw new CommandError('FailedToParse', "Cannot set 'awaitData' without also setting 'tailable'");
  }
  if (!isForward(operation)) {
    throw new CommandError('BadValue', 'cannot use tailable option with a sort other than {$natural: 1}');
  }
  if (operation.optionalBoolean('singleBatch')) {
    throw new CommandError('BadValue', "cannot use tailable option with the 'singleBatch' option");
  }
  if (operation.transaction !== undefined) {
    throw new CommandError('InvalidOptions', 'It is illegal to open a tailable cursor in a transaction');
  }
  return awaitData ? 'await' : 'tail';
}

/** @throws CommandError for a collection without a moving end */
export function checkTailed({ catalog }: CollectionView, { snapshot, command }: Operation): void {
  if (catalog === undefined) return;
  if (!isCapped(catalog)) {
    throw new CommandError(
      'BadValue',
      'error processing query: tailable cursor requested on non capped collection',
    );
  }
  if (snapshot !== undefined) {
    throw new CommandError(
      'SnapshotUnavailable',
      'Reading from capped collections with readConcern snapshot is not supported',
    );
  }
  if (clusteredIndexOf(catalog) === undefined) return;
  const concern = command.get('readConcern');
  if (concern instanceof Map && concern.get('level') === 'majority') return;
  throw new CommandError(
    6049203,
    'A tailable cursor on a capped clustered collection requires majority read concern',
  );
}

/** Which way a tailable cursor reads; it uses no index, whatever the hint. */
export function tailHint({ command }: Operation): Hint {
  const hint = command.get('hint');
  const natural = hint instanceof Map ? hint.get('$natural') : undefined;
  return { natural: natural !== undefined && isNumber(natural) && toNumber(natural) < 0 ? -1 : 1 };
}

function isForward(operation: Operation): boolean {
  const sort = operation.optionalDocument('sort');
  if (sort === undefined || sort.size === 0) return true;
  const direction = sort.get('$natural');
  return sort.size === 1 && direction !== undefined && isNumber(direction) && toNumber(direction) === 1;
}
