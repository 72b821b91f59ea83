import { ArgonError } from '../../errors';
import { StoreAccessError, StoreFullError, StoreIoError } from '../errors';

const FULL = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);
const ACCESS = new Set<unknown>(['EACCES', 'EPERM', 'EROFS']);

/** The system's word for a failure. */
function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}

/** Whether what was looked for is not there. */
export function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** What the file system threw, as an error of Argon's; those pass. */
export function folderFailure(folder: string, error: unknown): ArgonError {
  if (error instanceof ArgonError) return error;
  const code = codeOf(error);
  if (FULL.has(code)) return new StoreFullError(folder, error);
  const message = error instanceof Error ? error.message : String(error);
  if (ACCESS.has(code)) return new StoreAccessError(folder, message, error);
  return new StoreIoError(folder, message, error);
}
