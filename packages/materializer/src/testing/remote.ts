import { setImmediate } from 'node:timers/promises';
import type { Store } from '@argon/wal';

/** The same store, answering everything later, as one across a network does. */
export function remote(store: Store): Store {
  return new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
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
