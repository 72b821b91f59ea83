import { ArgonError } from '@argon/wal';

/** A rollout's plan is not one. */
export class RolloutPlanError extends ArgonError {
  constructor(origin: string, problems: readonly string[]) {
    super(
      'ARGON_BRANCH_ROLLOUT_PLAN',
      `Could not read the rollout in ${origin}: ${problems.join('; ')}. Correct it; docs/guides/rollout.md has an example.`,
      { origin, problems },
    );
  }
}
