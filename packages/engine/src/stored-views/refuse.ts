import { CommandError } from '../handler/errors';
import type { CollectionView } from '../view/collection-view';
import { isView, SYSTEM_VIEWS } from './resolve';

/** Names below `system.` that a client may make collections of. */
const OPEN = new Set(['system.js', 'system.profile', 'system.users', 'system.roles']);

/** @throws CommandError CommandNotSupportedOnView if a view has this name */
export function refuseView({ catalog }: CollectionView, namespace: string): void {
  if (isView(catalog)) throw onView(namespace);
}

export function onView(namespace: string): CommandError {
  return new CommandError('CommandNotSupportedOnView', `Namespace ${namespace} is a view, not a collection`);
}

/** @throws CommandError InvalidNamespace for a collection that clients may read at most */
export function refuseSystemCollection(collection: string, database: string): void {
  if (!collection.startsWith('system.')) return;
  if (collection === SYSTEM_VIEWS) {
    throw new CommandError('InvalidNamespace', `cannot write to ${database}.${collection}`);
  }
  if (OPEN.has(collection) || collection.startsWith('system.buckets.')) return;
  throw new CommandError('InvalidNamespace', `Invalid system namespace: ${database}.${collection}`);
}
