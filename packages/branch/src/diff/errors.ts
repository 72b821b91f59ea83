import { ArgonError } from '@argon/wal';

/** Two places of different projects have nothing to be compared by. */
export class DiffProjectsError extends ArgonError {
  constructor(from: string, to: string) {
    super(
      'ARGON_BRANCH_DIFF_PROJECTS',
      `Could not compare a place of project '${from}' with one of project '${to}'. Compare places of one project.`,
      { from, to },
    );
  }
}
