import { namedPin, retentionOf, type BranchRecord, type KeepPolicy } from '@argon/wal';
import { UsageError } from '../../errors/errors';
import { readLsn } from '../../store/moment';
import { isTagLike, saidToBeTag } from '../../store/named-moment';
import { readSpan } from './span';

const DAY = 24 * 3_600_000;

/** How policies are written, for help. */
export const POLICY_HELP =
  "'all', a span ('30 days'), an LSN or a tag or restore point (that and later), or 'default'";

/** Reads a policy; null: the default. Whether a tag exists is for others to say. @throws UsageError */
export function readPolicy(text: string): KeepPolicy | null {
  const tag = saidToBeTag(text);
  if (tag !== undefined) return { sincePin: tag };
  if (text === 'all') return { all: true };
  if (text === 'default') return null;
  const span = readSpan(text);
  if (span !== undefined) return { days: span / DAY };
  if (/^\d+$/.test(text)) return { sinceLsn: readLsn(text, 'the policy') };
  if (isTagLike(text)) return { sincePin: text };
  throw new UsageError(`A policy is ${POLICY_HELP}; this is '${text}'.`);
}

/** A policy in words. */
export function policyText(policy: KeepPolicy | null): string {
  if (policy === null) return 'default';
  if ('all' in policy) return 'keep everything';
  if ('days' in policy) return `keep ${policy.days} ${policy.days === 1 ? 'day' : 'days'}`;
  return 'sincePin' in policy
    ? `keep tag ${policy.sincePin} and later`
    : `keep LSN ${policy.sinceLsn} and later`;
}

/** What holds for a branch. */
export interface BranchPolicy {
  readonly branch: string;
  /** Its own; null: the project's holds. */
  readonly keep: KeepPolicy | null;
  readonly effective: KeepPolicy;
  /** Where the tag is that the policy names; null if there is none of that name, or the policy names none. */
  readonly tagLsn: number | null;
}

/** The policy of a project: it lies with the branch that the project was made with. */
export function projectPolicyOf(branches: readonly BranchRecord[], projectId: number): KeepPolicy | null {
  const first = branches.find(({ id }) => id === projectId + 1);
  return first === undefined ? null : retentionOf(first).projectKeep;
}

/** The policies that hold for branches. */
export function policiesOf(
  branches: readonly BranchRecord[],
  projectPolicy: KeepPolicy | null,
): readonly BranchPolicy[] {
  return branches.map((branch) => {
    const { keep } = retentionOf(branch);
    const effective = keep ?? projectPolicy ?? { all: true };
    const pin = 'sincePin' in effective ? namedPin(effective.sincePin, branch, branches) : undefined;
    return { branch: branch.name, keep, effective, tagLsn: pin?.lsn ?? null };
  });
}
