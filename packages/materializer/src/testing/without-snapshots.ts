import type { SnapshotStore, Store } from '@argon/wal';

const NONE: SnapshotStore = {
  put: () => Promise.resolve(),
  atOrBefore: () => undefined,
  list: () => [],
  remove: () => Promise.resolve(),
  hotList: () => undefined,
  putHotList: () => Promise.resolve(),
};

/** The same store as one in which nobody ever took a snapshot. */
export function withoutSnapshots(store: Store): Store {
  return new Proxy(store, {
    get(target, property) {
      if (property === 'snapshots') return NONE;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
