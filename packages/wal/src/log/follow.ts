import type { Commit, Lsn } from '../entry/entry';
import type { Store } from '../store/store';
import type { HeadWatch } from './head-watch';

/**
 * A branch's commits after `after` as they come: reads what is there, waits, reads again. Ends when the signal
 * aborts or the store is closed. `pollMs` is how long it waits at most before it looks by itself, for stores that
 * other processes write to.
 */
export async function* followChain(
  store: Pick<Store, 'commits'>,
  watch: HeadWatch,
  isClosed: () => boolean,
  branchId: number,
  after: Lsn,
  signal: AbortSignal,
  pollMs?: number,
): AsyncGenerator<Commit, void, undefined> {
  let last = after;
  while (!signal.aborted && !isClosed()) {
    const version = watch.version(branchId);
    for await (const batch of store.commits(branchId, { after: last })) {
      for (const commit of batch) {
        if (signal.aborted || isClosed()) return;
        last = commit.lsn;
        yield commit;
      }
    }
    // Closing wakes only those who wait already.
    if (isClosed()) return;
    await watch.wait(branchId, version, signal, pollMs);
  }
}
