import type { CommandContext } from '../../cli/context';
import type { CommandDefinition } from '../../cli/definition';
import { PROJECT } from '../../cli/options';
import { knownTag } from '../../store/named-moment';
import { withSession, type Session } from '../../store/session';
import { knownBranch, targetProject } from '../../store/target';
import {
  policiesOf,
  POLICY_HELP,
  policyText,
  projectPolicyOf,
  readPolicy,
  type BranchPolicy,
} from './policy';

export const walKeep: CommandDefinition = {
  path: 'wal keep',
  summary: 'say how much history is kept when it is compacted, or show what is said',
  details:
    "The policy of a project, or with --branch of one branch, which then goes before the project's; without a policy, those " +
    "that there are. It takes effect with 'argon wal compact'. Forks and pins keep what they need in any case. A tag or " +
    "restore point counts where it is when history is compacted: a branch's own, else that of another branch of the project, " +
    'whose LSN then holds; while there is none of that name, nothing goes. Write tag:NAME if NAME could be read as ' +
    'something else.',
  arguments: [{ name: '[policy]', description: POLICY_HELP }],
  options: [PROJECT, { flags: '-b, --branch <name>', description: 'only for this branch' }],
  examples: [
    ["argon wal keep '30 days'", 'of every branch of the project'],
    ['argon wal keep v1', 'all since the tag v1'],
    ['argon wal keep all --branch main', 'main keeps everything'],
    ['argon wal keep default --branch main', 'main keeps what the project says'],
    ['argon wal keep', 'what is kept?'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const text = given.at(0);
      if (text === undefined) return show(context, session);
      const policy = readPolicy(text);
      const project = await targetProject(session, given);
      const named = given.text('branch');
      const own = named === undefined ? undefined : await knownBranch(session, project, named);
      const tag =
        policy !== null && 'sincePin' in policy
          ? await knownTag(session, project, own, policy.sincePin)
          : undefined;
      const branch = own?.name;
      await session.log.keep(project, branch, policy, session.actor);
      const what = branch === undefined ? `project ${project}` : `branch ${branch}`;
      const value = { project, branch: branch ?? null, keep: policy, tagLsn: tag?.lsn ?? null };
      await output.result(value, () => [
        `Policy of ${what}: ${policyText(policy)}${tag === undefined ? '' : ` (LSN ${tag.lsn} now)`}`,
        'To apply it: argon wal compact (--dry-run shows what would go)',
      ]);
    }),
};

async function show({ given, output }: CommandContext, session: Session): Promise<void> {
  const project = await targetProject(session, given);
  const named = given.text('branch');
  const only = named === undefined ? undefined : (await knownBranch(session, project, named)).id;
  const all = await session.log.list(project);
  const keep = projectPolicyOf(all, (await session.log.project(project)).id);
  const chosen = new Set(all.filter(({ id }) => only === undefined || id === only).map(({ name }) => name));
  const branches = policiesOf(all, keep).filter(({ branch }) => chosen.has(branch));
  await output.result({ project, keep, branches }, () => [
    `Policy of project ${project}: ${keep === null ? 'default, keep everything' : policyText(keep)}`,
    output.table(
      [{ title: 'Branch' }, { title: 'Policy' }, { title: 'Said by' }],
      branches.map((each) => [
        each.branch,
        shownPolicy(each),
        each.keep !== null ? 'branch' : keep === null ? '' : 'project',
      ]),
    ),
  ]);
}

function shownPolicy({ effective, tagLsn }: BranchPolicy): string {
  const text = policyText(effective);
  if (!('sincePin' in effective)) return text;
  return tagLsn === null ? `${text}; there is none now: keep everything` : `${text} (LSN ${tagLsn} now)`;
}
