import { AmbiguousIndexFieldError, CannotIndexParallelArraysError } from '@argon/bson';
import {
  HashedArrayError,
  IndexUnsupportedError,
  type IndexDefinition,
  type IndexView,
} from '@argon/materializer';
import type { MaybePromise } from '@argon/wal';

/** How long an index that could not be built is left alone, ms. */
const RETRY = 60_000;
const failed = new WeakMap<IndexDefinition, number>();

/**
 * An index, or undefined if some document has no keys in it (arrays in two of its fields, say) or it is of a kind that
 * is only recorded: queries then do without it, which is slower and never wrong.
 */
export function usableIndex(
  definition: IndexDefinition,
  find: () => MaybePromise<IndexView | undefined>,
): MaybePromise<IndexView | undefined> {
  if (performance.now() < (failed.get(definition) ?? 0)) return undefined;
  try {
    const found = find();
    return found instanceof Promise ? found.catch((error: unknown) => refuse(definition, error)) : found;
  } catch (error) {
    return refuse(definition, error);
  }
}

function refuse(definition: IndexDefinition, error: unknown): undefined {
  const isUnusable =
    error instanceof CannotIndexParallelArraysError ||
    error instanceof AmbiguousIndexFieldError ||
    error instanceof HashedArrayError ||
    error instanceof IndexUnsupportedError;
  if (!isUnusable) throw error;
  failed.set(definition, performance.now() + RETRY);
  return undefined;
}
