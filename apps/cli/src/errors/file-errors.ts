import { ArgonError } from '@argon/bson';

function reason(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOTDIR':
      return 'a part of its path is a file';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not';
    case 'EEXIST':
      return 'it is a file';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}

/** A file to read from is not there. */
export class FileNotFoundError extends ArgonError {
  constructor(path: string, cause?: unknown) {
    super(
      'ARGON_CLI_FILE_NOT_FOUND',
      `Could not read ${path}: it does not exist. Check the path.`,
      { path },
      { cause },
    );
  }
}

/** A file could not be read: a folder, no permission, a failing disk. */
export class FileUnreadableError extends ArgonError {
  constructor(path: string, cause: unknown) {
    super('ARGON_CLI_FILE_UNREADABLE', `Could not read ${path}: ${reason(cause)}.`, { path }, { cause });
  }
}

/** A file could not be written; what was there before is unchanged. */
export class FileUnwritableError extends ArgonError {
  constructor(path: string, cause: unknown) {
    super('ARGON_CLI_FILE_UNWRITABLE', `Could not write ${path}: ${reason(cause)}.`, { path }, { cause });
  }
}

/** A file that would be written is there already. */
export class FileExistsError extends ArgonError {
  constructor(path: string) {
    super('ARGON_CLI_FILE_EXISTS', `${path} exists already. Add --force to replace it.`, { path });
  }
}

/** A folder that is to be filled holds something already. */
export class FolderNotEmptyError extends ArgonError {
  constructor(path: string) {
    super(
      'ARGON_CLI_FOLDER_NOT_EMPTY',
      `${path} is not empty, and nothing in it is replaced. Name a folder that is not there yet.`,
      { path },
    );
  }
}

/** The error for a file that could not be read. */
export function readingFailed(path: string, cause: unknown): ArgonError {
  if (cause instanceof ArgonError) return cause;
  return (cause as NodeJS.ErrnoException).code === 'ENOENT'
    ? new FileNotFoundError(path, cause)
    : new FileUnreadableError(path, cause);
}
