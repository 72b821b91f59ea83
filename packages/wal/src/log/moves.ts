import type { HeadWatch } from './head-watch';

export interface MovesPoll {
  /** How often to look for commits of other processes, ms. */
  readonly ms: number;
  /** Whether there are any since the last look. */
  readonly hasMoved: () => boolean;
}

/** See `Store.moves`. */
export async function* watchMoves(
  watch: HeadWatch,
  isOver: () => boolean,
  signal: AbortSignal,
  poll?: MovesPoll,
): AsyncGenerator<number, void, undefined> {
  const moved = new Set<number>();
  let wake = (): void => undefined;
  const stop = watch.listen((branchId) => {
    moved.add(branchId);
    wake();
  });
  const woken = () =>
    new Promise<void>((resolve) => {
      const timer = poll && setTimeout(resolve, poll.ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const abort = () => wake();
  signal.addEventListener('abort', abort);
  try {
    yield 0;
    while (!signal.aborted && !isOver()) {
      if (moved.size === 0) await woken();
      if (signal.aborted || isOver()) return;
      if (poll?.hasMoved() === true) moved.add(0);
      const ids = [...moved];
      moved.clear();
      yield* ids;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    stop();
  }
}
