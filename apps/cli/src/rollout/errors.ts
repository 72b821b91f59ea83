import { ArgonError } from '@argon/bson';
import type { Verdict } from '@argon/branch/rollout';

/** The next phase of a rollout may not begin: criteria of the present one are not met. */
export class RolloutNotReadyError extends ArgonError {
  constructor(phase: string, unmet: readonly Verdict[]) {
    const reasons = unmet.map(({ criterion, wanted, found }) => `${criterion}: ${found}, wanted ${wanted}`);
    super(
      'ARGON_CLI_ROLLOUT_NOT_READY',
      `Could not go on from phase '${phase}': ${reasons.join('; ')}. Wait until that is so, or add --force.`,
      { phase, unmet: reasons },
    );
  }
}
