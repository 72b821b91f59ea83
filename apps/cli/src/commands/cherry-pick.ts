import { PickService, type CherryPickReport } from '@argon/branch';
import { confirm } from '../cli/confirm';
import type { CommandDefinition } from '../cli/definition';
import { PROJECT, YES } from '../cli/options';
import { watched } from '../cli/watch';
import { INTERACTIVE, previewAsking } from '../merge/asked';
import { STRATEGY, strategyOf } from '../merge/strategy';
import { pickJson, pickLines } from '../render/pick';
import { COMMITS_HELP, readCommits } from '../store/commits';
import { withSession } from '../store/session';
import { knownBranch, meantBranch, targetProject } from '../store/target';

export const cherryPick: CommandDefinition = {
  path: 'cherry-pick',
  summary: 'bring what some commits of a branch did to another branch',
  details:
    'Each three-way, from what was there before it, in the order given; all as one commit. Shows what it would do, and asks. ' +
    'Where the branch that gets them changed the same field, nothing is written until somebody says whose value stands: ' +
    "ours is the branch, theirs what the commit made. 'argon history' tells the LSNs of commits.",
  arguments: [
    { name: '<from>', description: 'the branch whose commits they are' },
    { name: '<lsn...>', description: COMMITS_HELP },
  ],
  options: [
    PROJECT,
    { flags: '--into <branch>', description: 'the branch that gets them (default: the one in use, or main)' },
    { flags: '--dry-run', description: 'only show what would change, and the conflicts' },
    ...STRATEGY,
    INTERACTIVE,
    YES,
  ],
  examples: [
    ['argon cherry-pick feature-x 1042 --dry-run', 'what would it change?'],
    ['argon cherry-pick feature-x 1042 1050..1060 --into main', 'several, as one commit'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const commits = readCommits(given.rest(1), '<lsn>');
      const project = await targetProject(session, given);
      const from = (await knownBranch(session, project, given.required(0))).name;
      const into = (await meantBranch(session, project, given.text('into'))).name;
      const request = { project, from, commits, into, decider: strategyOf(given) };
      const picks = new PickService(session.engine);
      const asked = await previewAsking(context, request.decider, (decider, isAsking) =>
        // A spinner would be mixed up with questions.
        isAsking
          ? picks.preview({ ...request, decider })
          : watched(context, 'Comparing', (watch) => picks.preview({ ...request, watch })),
      );
      const { preview, decider } = asked;
      const done = (report: CherryPickReport) =>
        output.result({ pick: pickJson(report), done: report.head !== undefined }, () => pickLines(report));
      if (given.flag('dryRun')) return done(preview);
      const isPossible = preview.open === 0;
      if (!given.flag('yes') || !isPossible) await output.note(pickLines(preview).join('\n'));
      // With conflicts left open there is nothing to agree to: the service says so.
      if (isPossible) await confirm(context, `bring that to branch '${into}'`);
      // What was looked at is what is done: not if somebody has written meanwhile.
      const expectedHead = given.flag('yes') && !given.flag('interactive') ? undefined : preview.onto;
      const report = await watched(context, 'Picking', (watch) =>
        picks.cherryPick({ ...request, decider, expectedHead, watch }, session.actor),
      );
      if (report.head !== undefined) return done(report);
      await output.result({ pick: pickJson(report), done: false }, () => [
        `Nothing to do: ${into} has what they made.`,
      ]);
    }),
};
