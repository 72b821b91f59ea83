import { ArgonError } from '@argon/wal';
import type { ShadowTally } from '../shadow/tally';
import type { VerifyReport } from '../verify/contract';

/** The two sides of a branch are not the same, so it is not turned over. Nothing was changed that is served. */
export class MigrationDifferenceError extends ArgonError {
  constructor(
    branch: string,
    readonly report: VerifyReport,
  ) {
    const different = report.collections.filter(({ equal }) => !equal);
    const [first] = different;
    const { name, missing, extra, different: changed, definitions } = first!;
    const documents = `${missing} missing, ${extra} extra, ${changed} different documents`;
    const names = definitions.flatMap(({ kind, names: all }) => (all.length === 0 ? [kind] : all));
    const rest = names.length === 0 ? '' : `; ${names.join(', ')} not the same`;
    const more = different.length > 1 ? `, and ${different.length - 1} more collections` : '';
    super(
      'ARGON_MIGRATE_DIFFERENCE',
      `Could not turn branch '${branch}' over: its two sides differ in '${name}' (${documents}${rest})${more}. It is served from where it was. See what differs (the command line lists it, and 'report' has it), and try again; if it is what the log cannot have, and may be left out, add --leave-out.`,
      { branch, location: report.location, collections: different.map((each) => each.name) },
    );
  }
}

/** Flags do not let a branch be migrated. */
export class MigrationNotAllowedError extends ArgonError {
  constructor(branch: string, isOff: boolean) {
    const why = isOff
      ? 'the log is turned off (argon config set wal.enabled true, or ENABLE_WAL=true)'
      : 'branches that exist are to stay where they are (argon config set wal.newBranchesOnly false, or a cut-off date before it was made)';
    super('ARGON_MIGRATE_NOT_ALLOWED', `Could not migrate branch '${branch}': ${why}.`, { branch });
  }
}

/** Reads that both sides of a branch were asked were answered differently. */
export class MigrationShadowReadsError extends ArgonError {
  constructor({ branch, same, different, differences }: ShadowTally) {
    const [last] = differences;
    const example = last === undefined ? '' : `, the last ${last.command} (${last.problem})`;
    super(
      'ARGON_MIGRATE_SHADOW_READS',
      `Could not turn branch '${branch}' over: of ${same + different} reads that both sides were asked, ${different} were answered differently${example}. See 'argon migrate shadow-reads ${branch}'; once the cause is gone, forget them (--forget) and look again, or turn it over in spite of them (--ignore-shadow-reads).`,
      { branch, same, different },
    );
  }
}

/** A branch is not in the state that a step of a migration begins from. */
export class MigrationStateError extends ArgonError {
  constructor(what: string, branch: string, problem: string) {
    super('ARGON_MIGRATE_STATE', `Could not ${what} branch '${branch}': ${problem}.`, { branch });
  }
}
