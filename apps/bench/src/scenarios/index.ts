import { createBranchScenario } from './create-branch';
import type { Scenario } from './scenario';

/** Every scenario, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [createBranchScenario];
