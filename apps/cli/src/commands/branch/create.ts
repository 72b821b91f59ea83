import type { CommandDefinition } from '../../cli/definition';
import { AT, PROJECT } from '../../cli/options';
import { branchJson } from '../../render/branch';
import { withSession } from '../../store/session';
import { meantBranch, targetProject } from '../../store/target';
import { readMoment, readTime, TIME_HELP } from '../../store/moment';

export const branchCreate: CommandDefinition = {
  path: 'branch create',
  summary: 'fork a branch, at its head or at any moment of its past',
  details: "Nothing is copied: it takes the same time and a few hundred bytes, whatever the data's size.",
  arguments: [{ name: '<name>', description: 'letters, digits, - and _' }],
  options: [
    PROJECT,
    { flags: '--from <branch>', description: 'the branch to fork (default: the one in use, or main)' },
    AT,
    { flags: '--protected', description: 'protect it from reset and deletion' },
    { flags: '--expires <time>', description: `when it may be removed ('in 30 days'; ${TIME_HELP})` },
  ],
  examples: [
    ['argon branch create feature-x', 'fork the branch in use, now'],
    ['argon branch create before --from main --at 1042', 'fork main as it was at LSN 1042'],
    ['argon branch create new-year --at 2026-01-01T00:00:00Z', 'fork as it was then'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const { branches, actor } = session;
      const name = given.required(0);
      const project = await targetProject(session, given);
      const from = (await meantBranch(session, project, given.text('from'))).name;
      const at = given.text('at');
      const expires = given.text('expires');
      const branch = await branches.create(
        project,
        name,
        {
          from,
          protected: given.flag('protected'),
          ...(at === undefined ? {} : { at: readMoment(at, '--at') }),
          ...(expires === undefined ? {} : { expiresAt: readTime(expires, '--expires') }),
        },
        actor,
      );
      const currentLsn = await branches.currentLsn();
      await output.result({ branch: branchJson(branch), currentLsn }, () => [
        `Branch created: ${branch.name} (Head LSN: ${branch.headLsn})`,
        `  from ${from} at LSN ${branch.baseLsn}`,
        `Current LSN: ${currentLsn}`,
      ]);
    }),
};
