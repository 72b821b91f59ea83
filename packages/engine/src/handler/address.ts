import { validateBranchName, validateProjectName, type Lsn } from '@argon/wal';
import { CommandError } from './errors';

/** The branch a database name without `~` means. */
export const DEFAULT_BRANCH = 'main';

/** A point in a branch's past: a commit boundary or a time (ms since the epoch). */
export type Moment = { readonly lsn: Lsn } | { readonly timestamp: number };

/** What a database name says: `project[~branch][@moment]`. */
export interface Address {
  readonly project: string;
  readonly branch: string;
  readonly moment: Moment | undefined;
}

const SYSTEM_DATABASES = new Set(['admin', 'local', 'config']);

/** mongod's own databases: they answer, and are never projects. */
export function isSystemDatabase(database: string): boolean {
  return SYSTEM_DATABASES.has(database);
}

/**
 * Reads `shop`, `shop~feature-x`, `shop@1042`, `shop~feature-x@2026-01-31T12-00-00Z`.
 * @throws CommandError InvalidNamespace for names that cannot be a project, branch or moment
 */
export function parseAddress(database: string): Address {
  const at = database.lastIndexOf('@');
  const names = at < 0 ? database : database.slice(0, at);
  const tilde = names.indexOf('~');
  const project = tilde < 0 ? names : names.slice(0, tilde);
  const branch = tilde < 0 ? DEFAULT_BRANCH : names.slice(tilde + 1);
  try {
    validateProjectName(project);
    validateBranchName(branch);
  } catch (error) {
    throw new CommandError(
      'InvalidNamespace',
      `Invalid database name '${database}': ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  return { project, branch, moment: at < 0 ? undefined : parseMoment(database.slice(at + 1), database) };
}

/** The database name of an address, with the default branch left out. */
export function formatAddress(address: { project: string; branch?: string; moment?: Moment }): string {
  const branch =
    address.branch === undefined || address.branch === DEFAULT_BRANCH ? '' : `~${address.branch}`;
  const moment = address.moment === undefined ? '' : `@${formatMoment(address.moment)}`;
  return `${address.project}${branch}${moment}`;
}

function formatMoment(moment: Moment): string {
  if ('lsn' in moment) return String(moment.lsn);
  // A database name holds no colon and no dot.
  return new Date(moment.timestamp).toISOString().replace(/[:.]/g, '-');
}

const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2})[-:](\d{2})(?:[-:](\d{2})(?:[-.](\d{1,3}))?)?Z?)?$/;

function parseMoment(text: string, database: string): Moment {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return { lsn: Number(text) };
  const parts = TIME.exec(text);
  if (parts !== null) {
    const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
    const milliseconds = Number((parts[7] ?? '').padEnd(3, '0') || 0);
    const timestamp = Date.UTC(year!, month! - 1, day, hour, minute, second, milliseconds);
    // Date.UTC rolls 31 February over into March; a moment that does not exist is a mistake.
    if (
      new Date(timestamp).toISOString().slice(0, 10) === text.slice(0, 10) &&
      hour! < 24 &&
      minute! < 60 &&
      second! < 60
    ) {
      return { timestamp };
    }
  }
  throw new CommandError(
    'InvalidNamespace',
    `Invalid moment '${text}' in database name '${database}': give an LSN (shop@1042) or a UTC time (shop@2026-01-31T12-00-00Z)`,
  );
}
