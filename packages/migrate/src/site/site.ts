import type { BranchDirectory, BranchNames, LegacyDatabase } from '@argon/branch/prefix';
import { literally, prefixedNames } from '@argon/branch/prefix';

/** Where a branch's collections lie in a MongoDB database. The connection stays its owner's to close. */
export interface Site {
  readonly database: LegacyDatabase;
  /** For people, without secrets: `mongodb://host/shop`, `mongodb://host/legacy, branch 'feature'`. */
  readonly location: string;
  /** `users` → `feature_users`. @throws CommandError for names that a collection cannot have there */
  stored(collection: string): string;
  /** `feature_users` → `users`; undefined for a collection that is not of this site, or is MongoDB's own or Argon's. */
  shown(stored: string): string | undefined;
}

/** MongoDB's own (that of a conversion is told of by its last name alone), and Argon's. */
const SYSTEM = /^(system\.|tmp\w{5}\.convertToCapped\.|argon_(positions|claims|shadow_reads)$)/;

/** All collections of a database, under their own names. */
export function plainSite(database: LegacyDatabase): Site {
  return {
    database,
    location: database.location,
    stored: (collection) => collection,
    shown: (stored) => (SYSTEM.test(stored) ? undefined : stored),
  };
}

/**
 * The prefixed collections of a branch, whatever serves it now, by the prefixes that are known now.
 * @throws BranchNotFoundError for a branch without a record
 */
export async function prefixSite(directory: BranchDirectory, branch: string): Promise<Site> {
  return namedSite(directory.database, await prefixedNames(directory, branch));
}

/** The prefixed collections of a branch, whether it has a record or is being made. */
export function namedSite(database: LegacyDatabase, names: BranchNames): Site {
  const { branch, prefixes } = names;
  return {
    database,
    location: `${database.location}, branch '${branch}'`,
    stored: (collection) => names.stored(collection),
    shown: (stored) => (SYSTEM.test(stored) ? undefined : prefixes.shown(branch, stored)),
  };
}

/** A regular expression's source for the stored names of a site's collections; undefined: all are. */
export function namePattern(site: Site): string | undefined {
  const prefix = site.stored('x').slice(0, -1);
  return prefix === '' ? undefined : `^${literally(prefix)}`;
}
