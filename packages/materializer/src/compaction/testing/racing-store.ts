import type { Store } from '@argon/wal';

/** What compaction does to a store, one step each. */
const STEPS = ['head', 'branchById', 'branches', 'deletedBranches', 'append', 'rewrite', 'entries'] as const;

/** A store in which something else happens before and after each step of whoever works with it. */
export function racingStore(store: Store, race: () => Promise<void>): Store {
  const steps: ReadonlySet<PropertyKey> = new Set(STEPS);
  return new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      const call = (...given: unknown[]): unknown => Reflect.apply(value, target, given);
      if (!steps.has(property)) return call;
      return async (...given: unknown[]) => {
        await race();
        const result = await call(...given);
        await race();
        return result;
      };
    },
  });
}

/** A store in which something else happens before one kind of step; it is told what the step is given. */
export function storeRacingAt(
  store: Store,
  step: (typeof STEPS)[number],
  race: (...given: unknown[]) => Promise<void>,
): Store {
  return new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      const call = (...given: unknown[]): unknown => Reflect.apply(value, target, given);
      return property === step ? (...given: unknown[]) => race(...given).then(() => call(...given)) : call;
    },
  });
}
