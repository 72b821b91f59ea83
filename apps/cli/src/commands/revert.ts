import { deciderOf } from '@argon/branch';
import type { CommandDefinition } from '../cli/definition';
import { BRANCH, PROJECT, YES } from '../cli/options';
import { COMMITS_HELP, readCommits } from '../store/commits';
import { withSession } from '../store/session';
import { target } from '../store/target';
import { carryOutUndo } from '../undo/carry-out';

export const revert: CommandDefinition = {
  path: 'revert',
  summary: 'take back commits of a branch, whatever came between and after',
  details:
    'Writes one new commit that takes back what those did, the newest first, and keeps the rest. Where later work changed the ' +
    'same fields, that is a conflict: it is shown, and nothing is written until --strategy says what to do (ours: keep the ' +
    "later work; theirs: take the change back all the same). 'argon undo' takes back restores, and what somebody wrote.",
  arguments: [{ name: '<lsn...>', description: COMMITS_HELP }],
  options: [
    PROJECT,
    BRANCH,
    {
      flags: '--strategy <side>',
      description: 'in conflicts: ours (what is there now) or theirs (what was there before the change)',
      choices: ['ours', 'theirs'],
    },
    { flags: '--dry-run', description: 'only show what would change, and the conflicts' },
    YES,
  ],
  examples: [
    ['argon revert 1042 --dry-run', 'what would it change?'],
    ['argon revert 1042 1050..1060', 'take all of them back, as one commit'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given } = context;
      const commits = readCommits(given.rest(0), '<lsn>');
      const { project, branch } = await target(session, given);
      const decider = deciderOf({ all: given.text('strategy') as 'ours' | 'theirs' | undefined });
      const what = { kind: 'commits', commits } as const;
      await carryOutUndo(context, session, { project, branch: branch.name, what, decider });
    }),
};
