import type { MigrationService } from '@argon/migrate';
import { BranchNotFoundError } from '@argon/wal';
import { NoLegacyAttachedError } from '../errors/errors';
import type { Session } from '../store/session';

/** What there is to say if the legacy database has no branches, as one whose name was misspelt. */
export function noBranches({ dual }: Session): string {
  return `${dual!.location} lists no branches of project '${dual!.project}' (collection 'branches').`;
}

/** What migrates branches of the legacy database. @throws NoLegacyAttachedError */
export async function migrationOf({ dual, handler }: Session): Promise<MigrationService> {
  if (dual === undefined) throw new NoLegacyAttachedError();
  const { MigrationService: Service } = await import('@argon/migrate');
  const { directory, flags } = dual.sides;
  return new Service({ log: handler, directory }, flags);
}

/** Before anything is done. @throws BranchNotFoundError for a name that is not among all */
export function checkNames(named: readonly string[], all: readonly string[]): void {
  const unknown = named.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new BranchNotFoundError(unknown);
}
