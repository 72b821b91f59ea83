import { CancelledError } from './errors';

/** For after Ctrl-C: an error that only says that work was cut short, as one that says what has become of it; others as they are. */
export function cancelled(error: unknown, message: string): unknown {
  const isAbort =
    error instanceof Error && (error.name === 'AbortError' || /interrupted/i.test(error.message));
  return isAbort ? new CancelledError(message) : error;
}
