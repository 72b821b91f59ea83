import type { MaybePromise } from '@argon/wal';

/** Goes on with a value: at once if it is here, when it arrives otherwise. */
export function after<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
