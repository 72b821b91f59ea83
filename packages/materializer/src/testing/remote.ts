import { setImmediate } from 'node:timers/promises';
import type { Store } from '@argon/wal';

/** The same store, answering everything later, as one across a network does. */
export function remote<T extends object = Store>(store: T): T {
  return new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (property === 'chunks' || property === 'snapshots') return remote(value as object);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as (...args: unknown[]) => unknown;
      if (property === 'commits' || property === 'follow') return method;
      return async (...args: unknown[]) => {
        await setImmediate();
        const answer = await method(...args);
        await setImmediate();
        return answer;
      };
    },
  });
}
