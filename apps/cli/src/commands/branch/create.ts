import type { BranchType } from '@argon/branch';
import type { AnyBranch } from '@argon/branch/dual';
import type { Arguments } from '../../cli/arguments';
import type { CommandDefinition } from '../../cli/definition';
import { AT, PROJECT } from '../../cli/options';
import { UsageError } from '../../errors/errors';
import { branchJson, branchLine } from '../../render/branch';
import { startProgress, type Progress } from '../../render/progress';
import { withSession } from '../../store/session';
import { anyMeantBranch, targetProject } from '../../store/target';
import { readMoment, readTime, TIME_HELP } from '../../store/moment';

export const branchCreate: CommandDefinition = {
  path: 'branch create',
  summary: 'fork a branch, at its head or at any moment of its past',
  details:
    "In the log nothing is copied: it takes the same time and a few hundred bytes, whatever the data's size. Beside a legacy " +
    'database, a branch is made where its parent lives if that is the log, else as the flags say (wal.branches); a ' +
    'traditional branch is a copy of its parent’s collections.',
  arguments: [{ name: '<name>', description: 'letters, digits, - and _' }],
  options: [
    PROJECT,
    { flags: '--from <branch>', description: 'the branch to fork (default: the one in use, or main)' },
    AT,
    { flags: '--use-wal', description: 'make it in the log, whatever the flags say' },
    { flags: '--traditional', description: 'make it of prefixed collections, whatever the flags say' },
    { flags: '--protected', description: 'protect it from reset and deletion' },
    { flags: '--expires <time>', description: `when it may be removed ('in 30 days'; ${TIME_HELP})` },
  ],
  examples: [
    ['argon branch create feature-x', 'fork the branch in use, now'],
    ['argon branch create before --from main --at 1042', 'fork main as it was at LSN 1042'],
    ['argon branches create my-feature --use-wal', 'in the log'],
    ['argon branch create new-year --at 2026-01-01T00:00:00Z', 'fork as it was then'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const { branches, actor, signal } = session;
      const name = given.required(0);
      const project = await targetProject(session, given);
      const from = (await anyMeantBranch(session, project, given.text('from'))).name;
      const at = given.text('at');
      const expires = given.text('expires');
      const options = {
        from,
        ...typeOption(given),
        protected: given.flag('protected'),
        ...(at === undefined ? {} : { at: readMoment(at, '--at') }),
        ...(expires === undefined ? {} : { expiresAt: readTime(expires, '--expires') }),
      };
      // Only a branch that is copied tells of documents.
      let line: Progress | undefined;
      let documents = 0;
      const watch = {
        signal,
        progress: (more: number) => void line?.update({ documents: (documents += more) }),
      };
      if (session.dual !== undefined) {
        line = await startProgress(
          context.terminal,
          { title: name, total: undefined, unit: 'documents' },
          !output.json,
        );
      }
      let branch: AnyBranch;
      try {
        branch = await branches.create(project, name, options, actor, watch);
      } finally {
        line?.stop();
      }
      const currentLsn = await session.log.currentLsn();
      await output.result({ branch: branchJson(branch), currentLsn }, () =>
        branch.type === 'traditional'
          ? [`Branch created: ${branchLine(branch)}`, `  a copy of ${from}`]
          : [
              `Branch created: ${branch.name} (Head LSN: ${branch.headLsn})`,
              `  from ${from} at LSN ${branch.baseLsn}`,
              `Current LSN: ${currentLsn}`,
            ],
      );
    }),
};

/** @throws UsageError for both at once */
function typeOption(given: Arguments): { type?: BranchType } {
  const [useWal, traditional] = [given.flag('useWal'), given.flag('traditional')];
  if (useWal && traditional) throw new UsageError('Give --use-wal or --traditional, not both.');
  if (useWal) return { type: 'wal' };
  return traditional ? { type: 'traditional' } : {};
}
