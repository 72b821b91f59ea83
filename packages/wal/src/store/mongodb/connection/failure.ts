import {
  MongoAPIError,
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';
import { ArgonError } from '../../../errors';
import { StoreClosedError, StoreFullError } from '../../errors';
import {
  StoreAuthenticationError,
  StoreForbiddenError,
  StoreServerError,
  StoreUnreachableError,
} from '../errors';

/** MongoDB's code for a write that a unique index refused. */
export const DUPLICATE_KEY = 11000;
const UNAUTHORIZED = 13;
const AUTHENTICATION_FAILED = 18;
const OUT_OF_DISK_SPACE = 14031;

/** Which unique index refused a write; undefined if the failure is another one. */
export function duplicateIn(error: unknown): 'chain' | 'id' | 'name' | undefined {
  if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) return undefined;
  const pattern = duplicatePattern(error);
  if ('after' in pattern) return 'chain';
  return 'name' in pattern ? 'name' : 'id';
}

function duplicatePattern(error: MongoServerError): object {
  const own: unknown = error['keyPattern'];
  if (typeof own === 'object' && own !== null) return own;
  // A bulk write's error has it on the write error within.
  const writeErrors: unknown = error['writeErrors'];
  const first: unknown = Array.isArray(writeErrors) ? writeErrors[0] : writeErrors;
  const inner = (first as { err?: { keyPattern?: unknown } } | undefined)?.err?.keyPattern;
  if (typeof inner === 'object' && inner !== null) return inner;
  const message = error.message;
  const match = /index: (\S+)/.exec(message)?.[1];
  if (match === 'chain') return { after: 1 };
  return match === 'live_name' ? { name: 1 } : {};
}

/**
 * Whether a failed write may have happened all the same: its answer was lost, or a majority did not confirm it in
 * time. Every other failure means that it did not.
 */
export function isOutcomeUnknown(failure: unknown): boolean {
  const error = withoutBulk(failure);
  if (error instanceof MongoNetworkError || error instanceof MongoOperationTimeoutError) return true;
  if (error instanceof MongoServerSelectionError || error instanceof MongoWriteConcernError) return true;
  if (error instanceof MongoClientClosedError || error instanceof MongoTopologyClosedError) return true;
  if (!(error instanceof MongoError)) return false;
  if (error.hasErrorLabel('RetryableWriteError') || error.hasErrorLabel('UnknownTransactionCommitResult')) {
    return true;
  }
  return writeConcernFailed(error);
}

/** A bulk write that fails as a whole (the connection is lost, say) hides that error within its own. */
function withoutBulk(error: unknown): unknown {
  if (!(error instanceof MongoServerError)) return error;
  const inner: unknown = error.errorResponse;
  return inner instanceof MongoError ? inner : error;
}

/** A bulk write reports an unconfirmed majority among its results. */
function writeConcernFailed(error: MongoError): boolean {
  const result = (error as { result?: { getWriteConcernError?: () => unknown } }).result;
  return result?.getWriteConcernError?.() !== undefined;
}

/** What the driver threw, as an error of Argon's; those pass. Never tells the address's password. */
export function asArgonError(failure: unknown, location: string): ArgonError {
  const error = withoutBulk(failure);
  if (error instanceof ArgonError) return error;
  if (error instanceof MongoServerError) return serverError(error, location);
  if (isClosed(error)) return new StoreClosedError(location);
  if (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoOperationTimeoutError
  ) {
    if (isAuthentication(error.cause)) return new StoreAuthenticationError(location, error);
    return new StoreUnreachableError(location, error.message, error);
  }
  return new StoreServerError(
    location,
    error instanceof Error ? error.message : String(error),
    undefined,
    error,
  );
}

function serverError(error: MongoServerError, location: string): ArgonError {
  const code = typeof error.code === 'number' ? error.code : undefined;
  if (code === AUTHENTICATION_FAILED) return new StoreAuthenticationError(location, error);
  if (code === UNAUTHORIZED) return new StoreForbiddenError(location, error.message, error);
  if (code === OUT_OF_DISK_SPACE || /no space left|disk full/i.test(error.message)) {
    return new StoreFullError(location, error);
  }
  return new StoreServerError(location, error.message, code, error);
}

function isClosed(error: unknown): boolean {
  if (error instanceof MongoClientClosedError || error instanceof MongoTopologyClosedError) return true;
  if (error instanceof MongoNotConnectedError) return true;
  return error instanceof MongoAPIError && /client (was|is) closed/i.test(error.message);
}

function isAuthentication(cause: unknown): boolean {
  return cause instanceof MongoServerError && cause.code === AUTHENTICATION_FAILED;
}
