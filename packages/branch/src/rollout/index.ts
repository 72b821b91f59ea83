export { type CommandFacts, judge, type RolloutFacts, type Verdict } from './criteria';
export { RolloutPlanError } from './errors';
export { type Criteria, type Latencies, type Phase, readRolloutPlan, type RolloutPlan } from './plan';
