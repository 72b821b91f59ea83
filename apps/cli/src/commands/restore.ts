import { RestoreService, type RestoreReport, type RestoreTarget } from '@argon/branch';
import type { Arguments } from '../cli/arguments';
import { confirm } from '../cli/confirm';
import type { CommandDefinition } from '../cli/definition';
import { BRANCH, PROJECT, YES } from '../cli/options';
import { watched } from '../cli/watch';
import { UsageError } from '../errors/errors';
import { readDocument } from '../query/arguments';
import { restoreJson, restoreLines } from '../render/restore';
import { stepCountsText } from '../render/step-counts';
import { readLsn, readTime } from '../store/moment';
import { withSession } from '../store/session';
import { target } from '../store/target';

export const restore: CommandDefinition = {
  path: 'restore',
  summary: 'take a branch back to a moment, or some collections or documents of it',
  details:
    'Shows what would be inserted, updated and deleted, and asks before it does it. A whole branch is reset: its pointer ' +
    'moves, and nothing is copied. With --collection or --filter the old versions are written as one new commit, and all ' +
    'else stays. Either leaves a restore point, and argon undo --last-restore takes it back.',
  options: [
    PROJECT,
    BRANCH,
    {
      flags: '--to-time <time>',
      description: 'the last commit at or before this time (2026-01-31T12:00:00Z)',
    },
    { flags: '--to-lsn <lsn>', description: 'the commit at or before this LSN' },
    { flags: '--to-tag <name>', description: 'what a tag or a restore point names' },
    {
      flags: '-c, --collection <name...>',
      description: 'only these collections; one that was dropped is made again',
    },
    { flags: '-f, --filter <ejson>', description: 'only documents that match now or did then' },
    { flags: '--dry-run', description: 'only show what would change' },
    YES,
  ],
  examples: [
    ['argon restore --to-time 2026-01-31T12:00:00Z --dry-run', 'what would change?'],
    ['argon restore --branch main --to-lsn 1042', 'show it, ask, do it'],
    ['argon restore --to-tag v1 --collection users orders --yes', 'two collections'],
    ['argon restore --to-lsn 1042 --collection users --filter \'{"country": "CH"}\'', 'some documents'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const to = targetOf(given);
      const filter = given.text('filter');
      const { project, branch } = await target(session, given);
      const request = {
        ...{ project, branch: branch.name, to },
        collections: given.list('collection'),
        filter: filter === undefined ? undefined : readDocument(filter, '--filter'),
      };
      const restores = new RestoreService(session.engine);
      const preview = await watched(context, 'Comparing', (watch) => restores.preview({ ...request, watch }));
      const json = restoreJson(preview);
      if (given.flag('dryRun')) {
        await output.result({ restore: json, done: false }, () => restoreLines(preview, output));
        return;
      }
      if (!given.flag('yes')) await output.note(restoreLines(preview, output).join('\n'));
      await confirm(context, `restore branch '${branch.name}' to LSN ${preview.to}`);
      // What was looked at is what is done: not if somebody has written meanwhile.
      const expectedHead = given.flag('yes') ? undefined : preview.from;
      const report = await watched(context, 'Restoring', (watch) =>
        restores.restore({ ...request, ...momentOf(to, preview.to), expectedHead, watch }, session.actor),
      );
      const { head = null, restorePoint = null } = report;
      await output.result({ restore: { ...json, head, restorePoint }, done: head !== null }, () =>
        doneLines(report),
      );
    }),
};

function targetOf(given: Arguments): RestoreTarget {
  const [time, lsn, tag] = [given.text('toTime'), given.text('toLsn'), given.text('toTag')];
  if ([time, lsn, tag].filter((each) => each !== undefined).length !== 1) {
    throw new UsageError('Say where to: --to-time TIME, --to-lsn LSN or --to-tag NAME.');
  }
  if (time !== undefined) return { timestamp: readTime(time, '--to-time') };
  return lsn === undefined ? { tag: tag! } : { lsn: readLsn(lsn, '--to-lsn') };
}

/** The LSN that was shown, not the time again; a tag stays where it is, and may be on another branch. */
function momentOf(to: RestoreTarget, lsn: number): { readonly to: RestoreTarget } {
  return { to: 'tag' in to ? to : { lsn } };
}

function doneLines({
  branch,
  whole,
  from,
  to,
  head,
  restorePoint,
  counts,
}: RestoreReport): readonly string[] {
  if (head === undefined) return [`Nothing to restore: ${branch} has all of it as it was at LSN ${to}`];
  const what = counts === undefined ? undefined : stepCountsText(counts);
  return [
    whole
      ? `Branch restored: ${branch} shows LSN ${to} again`
      : `Restored to ${branch}, from LSN ${to}: ${what ?? ''}`,
    `Restore point: ${restorePoint!.name} (LSN ${from})`,
    `Current LSN: ${head}`,
    `To undo: argon undo --last-restore --branch ${branch}`,
  ];
}
