import { deciderOf, MergeService, type MergeReport, type Side } from '@argon/branch';
import { confirm } from '../cli/confirm';
import type { CommandDefinition } from '../cli/definition';
import { PROJECT, YES } from '../cli/options';
import { UsageError } from '../errors/errors';
import { mergeJson, mergeLines } from '../render/merge';
import { readMoment } from '../store/moment';
import { withSession } from '../store/session';
import { meantBranch, targetProject } from '../store/target';

export const merge: CommandDefinition = {
  path: 'merge',
  summary: 'bring what one branch changed into another',
  details:
    'Three-way, from what the two have in common: per document and per field, collections and indexes too, as one commit. ' +
    'Shows what it would do, and asks. Where both changed the same field, nothing is written until --strategy says whose ' +
    'value stands; with --plan nothing is written at all.',
  arguments: [{ name: '<from>', description: 'the branch, or the tag, that comes in' }],
  options: [
    PROJECT,
    { flags: '--into <branch>', description: 'the branch that gets it (default: the one in use, or main)' },
    { flags: '--at <moment>', description: 'merge it as it was at an LSN (1042) or a time' },
    { flags: '--plan', description: 'only show what would be done, and the conflicts' },
    {
      flags: '--strategy <side>',
      description: 'whose value stands in every conflict',
      choices: ['ours', 'theirs'],
    },
    {
      flags: '--collections <list>',
      description: 'the same for some collections: users=theirs,orders=ours',
    },
    YES,
  ],
  examples: [
    ['argon merge feature-x --into main --plan', 'what would it do?'],
    ['argon merge feature-x --into main --yes', 'do it, unless there are conflicts'],
    ['argon merge feature-x --strategy theirs', 'in conflicts, take what feature-x has'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const project = await targetProject(session, given);
      const into = (await meantBranch(session, project, given.text('into'))).name;
      const at = given.text('at');
      const name = given.required(0);
      const request = {
        project,
        from: { name, ...(at === undefined ? {} : { at: readMoment(at, '--at') }) },
        into,
        decider: deciderOf({
          all: given.text('strategy') as Side | undefined,
          collections: sidesOf(given.text('collections')),
        }),
      };
      const merges = new MergeService(session.engine);
      const plan = await merges.preview(request);
      const done = (report: MergeReport, lines: readonly string[]) =>
        output.result(mergeJson(report), () => lines);
      if (plan.upToDate || given.flag('plan')) return done(plan, mergeLines(plan));
      // With conflicts left open there is nothing to agree to: the merge itself says so.
      if (plan.open === 0) {
        if (!given.flag('yes')) await output.note(mergeLines(plan).join('\n'));
        await confirm(context, `merge '${name}' into '${into}'`);
      } else await output.note(mergeLines(plan).join('\n'));
      const report = await merges.merge({ ...request, expectedHead: plan.ours.lsn }, session.actor);
      return done(report, mergeLines(report));
    }),
};

function sidesOf(text: string | undefined): ReadonlyMap<string, Side> {
  const sides = new Map<string, Side>();
  for (const part of text === undefined ? [] : text.split(',')) {
    const at = part.lastIndexOf('=');
    const [collection, side] = [part.slice(0, at), part.slice(at + 1)];
    if (at <= 0 || (side !== 'ours' && side !== 'theirs')) {
      throw new UsageError(
        `--collections takes a list like users=theirs,orders=ours, and was given '${text}'.`,
      );
    }
    sides.set(collection, side);
  }
  return sides;
}
