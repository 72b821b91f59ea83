import { z } from 'zod';
import { RolloutPlanError } from './errors';

const share = z.union([
  z.number().min(0).max(1),
  z
    .string()
    .regex(/^\d+(\.\d+)?\s*%$/, "a share such as 0.001 or '0.1%'")
    .transform((text) => Number.parseFloat(text) / 100)
    .refine((number) => number <= 1, 'at most 100 %'),
]);

const latencies = z.strictObject({
  p50: z.number().positive().optional(),
  p99: z.number().positive().optional(),
});

const criteria = z.strictObject({
  minimumDays: z.number().nonnegative().optional(),
  minimumBranches: z.number().int().nonnegative().optional(),
  minimumCommands: z.number().int().nonnegative().optional(),
  maximumFailures: share.optional(),
  maximumMilliseconds: z.strictObject({ read: latencies.optional(), write: latencies.optional() }).optional(),
});

const phase = z.strictObject({
  name: z.string().min(1),
  percentage: z.number().min(0).max(100),
  existing: z.boolean().default(false),
  criteria: criteria.default({}),
});

const plan = z.strictObject({
  phases: z
    .array(phase)
    .min(1)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'names must differ'),
});

/** What must be so before the next phase may begin. What is not given is not asked. */
export interface Criteria {
  /** Days since the phase began. */
  readonly minimumDays?: number | undefined;
  /** Branches of the project that the log serves. */
  readonly minimumBranches?: number | undefined;
  /** Commands that the log carried out in the last day. */
  readonly minimumCommands?: number | undefined;
  /** The share of them that was answered with an error, from 0 to 1. */
  readonly maximumFailures?: number | undefined;
  /** How long they may have taken, by kind, ms. */
  readonly maximumMilliseconds?: { readonly [kind in 'read' | 'write']?: Latencies | undefined } | undefined;
}

export interface Latencies {
  readonly p50?: number | undefined;
  readonly p99?: number | undefined;
}

export interface Phase {
  readonly name: string;
  /** Of 100 new branches, how many are made in the log; 0: only those that are told to be. */
  readonly percentage: number;
  /** Whether branches that exist may be migrated. */
  readonly existing: boolean;
  readonly criteria: Criteria;
}

/** How the log is taken into use, phase by phase. */
export interface RolloutPlan {
  readonly phases: readonly Phase[];
}

/**
 * Reads a plan, as it stands in a rollout.yaml.
 * @param origin where it is from, for messages @throws RolloutPlanError that lists everything that is wrong
 */
export function readRolloutPlan(value: unknown, origin: string): RolloutPlan {
  const read = plan.safeParse(value);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => {
    const place = path.map(String).join('.');
    return place === '' ? message : `${place}: ${message}`;
  });
  throw new RolloutPlanError(origin, problems);
}
