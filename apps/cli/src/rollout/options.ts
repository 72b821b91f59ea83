import type { OptionDefinition } from '../cli/definition';

export const PLAN: OptionDefinition = {
  flags: '--plan <file>',
  description: 'the plan (default: the nearest rollout.yaml, from this folder upward)',
};
