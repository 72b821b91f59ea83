import type { Value } from '@argon/bson';
import { indexDefinition } from '@argon/materializer';
import type {
  CollectionState,
  IndexDefinition,
  IndexEntry,
  IndexScanOptions,
  IndexView,
  KeyRange,
} from '@argon/materializer';
import type { MaybePromise } from '@argon/wal';

/** The index that every collection has, as a definition that planning can look at. */
export const ID_INDEX_DEFINITION: IndexDefinition = indexDefinition(
  new Map<string, Value>([
    ['v', 2],
    ['key', new Map([['_id', 1]])],
    ['name', '_id_'],
    ['unique', true],
  ]),
);

/**
 * The index on `_id` for single values only, which a collection's state finds without an ordered index: each range
 * that is asked for begins with the key of the one value in it.
 */
export class IdLookup implements IndexView {
  readonly definition = ID_INDEX_DEFINITION;
  /** No `_id` is an array. */
  readonly multikey = [0];
  readonly forms: readonly number[];

  constructor(private readonly collection: CollectionState) {
    this.forms = [collection.idForms];
  }

  scan({ from = '' }: IndexScanOptions = {}): { next(): MaybePromise<readonly IndexEntry[] | undefined> } {
    let isDone = false;
    return {
      next: () => {
        if (isDone) return undefined;
        isDone = true;
        const found = this.collection.byId(from);
        return found instanceof Promise
          ? found.then((ref) => ref && [{ key: from, record: ref.record }])
          : found && [{ key: from, record: found.record }];
      },
    };
  }

  count({ from = '' }: KeyRange): MaybePromise<number> {
    const found = this.collection.byId(from);
    if (found instanceof Promise) return found.then((ref) => (ref === undefined ? 0 : 1));
    return found === undefined ? 0 : 1;
  }

  estimate(): number {
    return 1;
  }

  keysOf(): readonly string[] {
    return [];
  }

  conflict(): undefined {
    return undefined;
  }

  firstDuplicate(): undefined {
    return undefined;
  }
}
