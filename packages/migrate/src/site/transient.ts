import { LegacyServerError } from '@argon/branch/prefix';
import { MongoError, MongoNetworkError, MongoServerSelectionError } from 'mongodb';
import { SiteServerError } from './errors';

/** The server is being elected, restarted or shut down, or two writes met: what was asked can be asked again. */
const CODES = new Set([
  6, 7, 24, 89, 91, 112, 134, 189, 251, 262, 317, 9001, 10107, 11600, 11602, 13435, 13436,
]);

/** Whether what failed so may work when it is tried again. */
export function isTransient(error: unknown): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
  if (error instanceof MongoError) {
    return error.hasErrorLabel('RetryableWriteError') || error.hasErrorLabel('TransientTransactionError');
  }
  if (error instanceof SiteServerError) {
    return CODES.has(error.mongoCode) || error.labels.includes('TransientTransactionError');
  }
  return error instanceof LegacyServerError && CODES.has(error.mongoCode);
}

const PAUSES = [20, 100, 400, 1000, 2000];

/** Tries again, a few seconds long, what may be tried again: work that does no harm when it is done twice. */
export async function persistently<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, pause));
      signal?.throwIfAborted();
    }
  }
  return work();
}
