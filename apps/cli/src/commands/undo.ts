import { deciderOf, type UndoTarget } from '@argon/branch';
import type { Arguments } from '../cli/arguments';
import type { CommandDefinition } from '../cli/definition';
import { BRANCH, PROJECT, YES } from '../cli/options';
import { UsageError } from '../errors/errors';
import { readLsn, readMoment } from '../store/moment';
import { withSession } from '../store/session';
import { target } from '../store/target';
import { carryOutUndo } from '../undo/carry-out';

export const undo: CommandDefinition = {
  path: 'undo',
  summary: 'take back a restore, a commit, a range of commits, or what somebody did',
  details:
    'Writes a new commit that takes the changes back and keeps what came after them; the last restore of a whole branch, ' +
    'and the newest merge, are undone by moving the pointer, unless somebody has written since. Where later work changed the same fields, that is ' +
    'a conflict: it is shown, and nothing is written until --strategy says what to do (ours: keep the later work; theirs: ' +
    'take the change back all the same).',
  options: [
    PROJECT,
    BRANCH,
    { flags: '--last-restore', description: 'the newest restore that was not undone yet' },
    { flags: '--commit <lsn>', description: 'one commit, by any of its LSNs' },
    { flags: '--from <lsn>', description: 'with --to: all commits from this LSN on' },
    { flags: '--to <lsn>', description: 'up to this LSN' },
    { flags: '--actor <user>', description: 'with --since: everything that this user wrote' },
    { flags: '--app <name>', description: 'with --since: everything that this application wrote' },
    { flags: '--since <moment>', description: 'an LSN (1042) or a time (2026-01-31T12:00:00Z)' },
    {
      flags: '--strategy <side>',
      description: 'in conflicts: ours (what is there now) or theirs (what was there before the change)',
      choices: ['ours', 'theirs'],
    },
    { flags: '--dry-run', description: 'only show what would change, and the conflicts' },
    YES,
  ],
  examples: [
    ['argon undo --last-restore', ''],
    ['argon undo --commit 1042 --dry-run', 'what would it change?'],
    ['argon undo --from 1042 --to 1100', 'show it, ask, do it'],
    ['argon undo --app deploy --since 2026-01-31T12:00:00Z --strategy ours', 'a bad deployment'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given } = context;
      const what = targetOf(given);
      const side = given.text('strategy') as 'ours' | 'theirs' | undefined;
      const { project, branch } = await target(session, given);
      const decider = deciderOf({ all: side });
      await carryOutUndo(context, session, { project, branch: branch.name, what, decider });
    }),
};

function targetOf(given: Arguments): UndoTarget {
  const [commit, from, to] = [given.text('commit'), given.text('from'), given.text('to')];
  const [user, app, since] = [given.text('actor'), given.text('app'), given.text('since')];
  const isLast = given.flag('lastRestore');
  const isRange = from !== undefined || to !== undefined;
  const isActor = user !== undefined || app !== undefined || since !== undefined;
  if ([isLast, commit !== undefined, isRange, isActor].filter(Boolean).length !== 1) {
    throw new UsageError(
      'Say what to undo: --last-restore, --commit LSN, --from LSN --to LSN, or --actor USER (--app NAME) --since MOMENT.',
    );
  }
  if (isLast) return { kind: 'last-restore' };
  if (commit !== undefined) return { kind: 'commit', lsn: readLsn(commit, '--commit') };
  if (isActor) {
    if (since === undefined || (user === undefined && app === undefined)) {
      throw new UsageError(
        'What somebody did is undone since a moment: --actor USER or --app NAME, and --since MOMENT.',
      );
    }
    return { kind: 'actor', by: { user, app }, since: readMoment(since, '--since') };
  }
  if (from === undefined || to === undefined) {
    throw new UsageError('A range has two ends: --from LSN --to LSN.');
  }
  return { kind: 'range', from: readLsn(from, '--from'), to: readLsn(to, '--to') };
}
