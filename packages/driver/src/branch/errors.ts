import { ArgonError } from '@argon/wal';

/** A branch of another project was given, where only branches of one can be brought together. */
export class OtherProjectError extends ArgonError {
  constructor(given: string, project: string) {
    super(
      'ARGON_DRIVER_OTHER_PROJECT',
      `Could not merge '${given}' into a branch of project '${project}': it is of another project. Give a branch of '${project}'.`,
      { given, project },
    );
  }
}
