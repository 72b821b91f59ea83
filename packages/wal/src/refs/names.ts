import { InvalidNameError } from './errors';

/**
 * Where a store keeps what belongs to no project of its users': who may log in. A project as any other, in a store; by its
 * reserved name nobody else can make or address it.
 */
export const SYSTEM_PROJECT = 'admin';

const RESERVED_PROJECTS = new Set([SYSTEM_PROJECT, 'local', 'config']);
// eslint-disable-next-line no-control-regex
const FORBIDDEN_IN_PROJECT = /[/\\. "$*<>:|?~@\u0000-\u001f\u007f]/u;
const WORD = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]*$/u;
/** Most names are of this kind; to compile the other expression takes a millisecond, once in a process. */
const PLAIN_WORD = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Lone surrogates have no UTF-8, so such a name would not come back as it went in. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/**
 * A project is a MongoDB database, so these are mongod's rules for database names, and `~` and `@`, which separate a
 * branch and a moment from it, are kept free.
 * @throws InvalidNameError
 */
export function validateProjectName(name: string): void {
  const fail = (problem: string) => new InvalidNameError('project', name, problem);
  if (name.length === 0) throw fail('it is empty');
  if (utf8Length(name) > 63) throw fail('it is longer than 63 bytes');
  if (!isWellFormed(name)) throw fail('it is not valid Unicode');
  const forbidden = FORBIDDEN_IN_PROJECT.exec(name);
  if (forbidden) throw fail(`it may not contain ${JSON.stringify(forbidden[0])}`);
  if (RESERVED_PROJECTS.has(name)) throw fail('this name is reserved');
}

/** As `validateProjectName`, for what a store may hold: the system's project too. @throws InvalidNameError */
export function validateStoredProjectName(name: string): void {
  if (name !== SYSTEM_PROJECT) validateProjectName(name);
}

/**
 * Letters and digits of any script, `-` and `_`, at most 100 characters, beginning with a letter or digit.
 * @throws InvalidNameError
 */
export function validateBranchName(name: string): void {
  validateWord('branch', name);
}

/**
 * As branches' names.
 * @throws InvalidNameError
 */
export function validatePinName(name: string): void {
  validateWord('pin', name);
}

function validateWord(kind: 'branch' | 'pin', name: string): void {
  if (PLAIN_WORD.test(name)) return;
  const fail = (problem: string) => new InvalidNameError(kind, name, problem);
  if (name.length === 0) throw fail('it is empty');
  if ([...name].length > 100) throw fail('it is longer than 100 characters');
  if (!WORD.test(name)) {
    throw fail('use letters, digits, "-" and "_", and begin with a letter or digit');
  }
}

/**
 * mongod's rules for collection names (NamespaceString::validCollectionName).
 * @throws InvalidNameError
 */
export function validateCollectionName(name: string): void {
  const fail = (problem: string) => new InvalidNameError('collection', name, problem);
  if (name.length === 0) throw fail('it is empty');
  if (utf8Length(name) > 255) throw fail('it is longer than 255 bytes');
  if (!isWellFormed(name)) throw fail('it is not valid Unicode');
  if (name.includes('\0')) throw fail('it may not contain a null byte');
  if (name.includes('$')) throw fail("it may not contain '$'");
  if (name.startsWith('.') || name.endsWith('.')) throw fail("it may not begin or end with '.'");
}
