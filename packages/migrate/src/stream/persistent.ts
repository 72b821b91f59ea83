import { LegacyServerError } from '@argon/branch/prefix';
import { MongoError } from 'mongodb';

/** How long a server may be away before work gives up, ms. */
const PATIENCE = 60_000;
const LONGEST_PAUSE = 2000;

/** What goes away by itself: elections, restarts, cursors that were closed. */
const PASSING = new Set([
  6, 7, 43, 63, 89, 91, 133, 150, 189, 202, 234, 237, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436,
]);

/** Whether something failed for a reason that goes away by itself. */
function isPassing(error: unknown): boolean {
  if (error instanceof LegacyServerError) return PASSING.has(error.mongoCode);
  // No reply came.
  return error instanceof MongoError;
}

/** Does work that may be done twice, again if the server was away. @throws what it throws after a minute, or at once if that stays */
export async function persistently<T>(work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  for (let pause = 50; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || Date.now() - started > PATIENCE) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
