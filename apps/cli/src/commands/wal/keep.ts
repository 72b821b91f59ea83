import type { KeepPolicy } from '@argon/wal';
import type { CommandDefinition } from '../../cli/definition';
import { PROJECT } from '../../cli/options';
import { UsageError } from '../../errors/errors';
import { withSession } from '../../store/session';
import { readLsn } from '../../store/moment';
import { knownBranch, targetProject } from '../../store/target';
import { readSpan } from './span';

const DAY = 24 * 3_600_000;

export const walKeep: CommandDefinition = {
  path: 'wal keep',
  summary: 'say how much history is kept when it is compacted',
  details:
    "The policy of a project, or with --branch of one branch, which then goes before the project's. It takes effect with " +
    "'argon wal compact'. Forks and pins keep what they need in any case.",
  arguments: [
    { name: '<policy>', description: "'all', a span ('30 days'), an LSN (that and later), or 'default'" },
  ],
  options: [PROJECT, { flags: '-b, --branch <name>', description: 'only for this branch' }],
  examples: [
    ["argon wal keep '30 days'", 'of every branch of the project'],
    ['argon wal keep all --branch main', 'main keeps everything'],
    ['argon wal keep default --branch main', 'main keeps what the project says'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const policy = policyOf(given.required(0));
      const project = await targetProject(session, given);
      const named = given.text('branch');
      const branch = named === undefined ? undefined : (await knownBranch(session, project, named)).name;
      await session.log.keep(project, branch, policy, session.actor);
      const what = branch === undefined ? `project ${project}` : `branch ${branch}`;
      await output.result({ project, branch: branch ?? null, keep: policy }, () => [
        `Policy of ${what}: ${policyText(policy)}`,
        'To apply it: argon wal compact (--dry-run shows what would go)',
      ]);
    }),
};

function policyOf(text: string): KeepPolicy | null {
  if (text === 'all') return { all: true };
  if (text === 'default') return null;
  const span = readSpan(text);
  if (span !== undefined) return { days: span / DAY };
  if (/^\d+$/.test(text)) return { sinceLsn: readLsn(text, 'the policy') };
  throw new UsageError(`A policy is 'all', a span ('30 days'), an LSN, or 'default'; this is '${text}'.`);
}

function policyText(policy: KeepPolicy | null): string {
  if (policy === null) return 'default';
  if ('all' in policy) return 'keep everything';
  return 'days' in policy ? `keep ${policy.days} days` : `keep LSN ${policy.sinceLsn} and later`;
}
