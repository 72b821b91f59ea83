import type { ResetPreview } from '@argon/branch';
import type { Moment } from '@argon/engine';
import type { Arguments } from '../../cli/arguments';
import { confirm } from '../../cli/confirm';
import type { CommandDefinition } from '../../cli/definition';
import { PROJECT, YES } from '../../cli/options';
import { UsageError } from '../../errors/errors';
import { counted } from '../../render/numbers';
import { withSession } from '../../store/session';
import { readLsn, readTime, TIME_HELP } from '../../store/moment';
import { knownBranch, targetProject } from '../../store/target';

export const branchReset: CommandDefinition = {
  path: 'branch reset',
  summary: 'set what a branch shows back to a moment of its past',
  details:
    'Shows what would be hidden and asks before it does it. Nothing is lost: the LSN that the branch is at now stays ' +
    'readable, and resetting to it undoes the reset.',
  arguments: [{ name: '<name>', description: 'the branch' }],
  options: [
    PROJECT,
    { flags: '--to-lsn <lsn>', description: 'the commit at or before this LSN' },
    {
      flags: '--to-time <time>',
      description: `the last commit at or before this time (${TIME_HELP})`,
    },
    { flags: '--dry-run', description: 'only show what would be hidden' },
    YES,
  ],
  examples: [
    ['argon branch reset main --to-lsn 1042 --dry-run', 'what would it hide?'],
    ['argon branch reset main --to-lsn 1042 --yes', 'do it'],
    ['argon branch reset main --to-time 2026-01-31T12:00:00Z', 'ask first'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const { actor } = session;
      const to = momentOf(given);
      const project = await targetProject(session, given);
      const { name } = await knownBranch(session, project, given.required(0));
      const preview = await session.log.previewReset(project, name, to);
      if (given.flag('dryRun')) {
        await output.result({ reset: preview, done: false }, () => previewLines(preview));
        return;
      }
      if (!given.flag('yes')) await output.note(previewLines(preview).join('\n'));
      await confirm(context, `reset branch '${name}' to LSN ${preview.to}`);
      // The LSN that was shown, not the moment again: what was agreed to is what is done.
      const report = await session.log.reset(project, name, { lsn: preview.to }, actor);
      await output.result({ reset: { ...preview, ...report }, done: true }, () => [
        `Branch reset: ${name} shows LSN ${report.to} again`,
        `  hidden: ${hidden(preview)} (LSN ${report.to} to ${report.from})`,
        `Current LSN: ${report.head}`,
        `To undo: argon branch reset ${name} --to-lsn ${report.from}`,
      ]);
    }),
};

function momentOf(given: Arguments): Moment {
  const lsn = given.text('toLsn');
  const time = given.text('toTime');
  if (lsn !== undefined && time === undefined) return { lsn: readLsn(lsn, '--to-lsn') };
  if (time !== undefined && lsn === undefined) return { timestamp: readTime(time, '--to-time') };
  throw new UsageError('Say where to: --to-lsn LSN or --to-time TIME.');
}

function previewLines(report: ResetPreview): readonly string[] {
  return [
    `Branch ${report.branch} is at LSN ${report.from}; after a reset it shows LSN ${report.to}.`,
    `This would hide ${hidden(report)}. LSN ${report.from} stays readable and can be reset to.`,
  ];
}

function hidden({ commits, entries }: ResetPreview): string {
  return commits === 0 ? 'nothing' : `${counted(commits, 'commit')} with ${counted(entries, 'change')}`;
}
