/** What was waited for did not come in time. */
export class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp';
}

/**
 * What `work` gives, if it comes within so many ms; else rejects with `TimeIsUp`, and whatever comes later is ignored.
 * After a long computation of this process timers fire before what has arrived is read: so it looks once more.
 */
export function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new TimeIsUp(`nothing within ${ms} ms`))), ms);
    const settle = (finish: () => void) => () => {
      clearTimeout(timer);
      finish();
    };
    let running: Promise<T>;
    try {
      running = work();
    } catch (error) {
      running = Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    running.then(
      (value) => settle(() => resolve(value))(),
      (error: Error) => settle(() => reject(error))(),
    );
  });
}
