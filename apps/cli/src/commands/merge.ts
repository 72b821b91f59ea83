import { MergeService, readMergePlan, type MergeRequest } from '@argon/branch';
import { resolve } from 'node:path';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { PROJECT, YES } from '../cli/options';
import { UsageError } from '../errors/errors';
import { INTERACTIVE } from '../merge/asked';
import { carryOut } from '../merge/carry-out';
import { savePlan } from '../merge/save-plan';
import { STRATEGY, strategyOf } from '../merge/strategy';
import { fileLines } from '../patch/read-lines';
import { readMoment } from '../store/moment';
import { withSession, type Session } from '../store/session';
import { meantBranch, targetProject } from '../store/target';

export const merge: CommandDefinition = {
  path: 'merge',
  summary: 'bring what one branch changed into another',
  details:
    'Three-way, from what the two have in common: per document and per field, collections and indexes too, as one commit. ' +
    'Shows what it would do, and asks. Where both changed the same field, nothing is written until somebody says whose ' +
    'value stands: by --strategy and its like, or in a plan. With --plan nothing is written at all; --out puts the plan into ' +
    'a file, a line for each step and each conflict, where conflicts can be decided in an editor, for --apply.',
  arguments: [{ name: '[from]', description: 'the branch, or the tag, that comes in' }],
  options: [
    PROJECT,
    { flags: '--into <branch>', description: 'the branch that gets it (default: the one in use, or main)' },
    { flags: '--at <moment>', description: 'merge it as it was at an LSN (1042) or a time' },
    { flags: '--plan', description: 'only show what would be done, and the conflicts' },
    {
      flags: '-o, --out <file>',
      description: 'with --plan: write the plan to a file (- is standard output)',
    },
    { flags: '--force', description: 'with --out: replace the file if it exists' },
    {
      flags: '--apply <file>',
      description: 'carry out a plan, unless somebody wrote to either branch since',
    },
    ...STRATEGY,
    INTERACTIVE,
    YES,
  ],
  examples: [
    ['argon merge feature-x --into main --plan', 'what would it do?'],
    ['argon merge feature-x --into main --yes', 'do it, unless there are conflicts'],
    ['argon merge feature-x --strategy theirs', 'in conflicts, take what feature-x has'],
    ['argon merge feature-x --document users:42=theirs', 'in this document'],
    ['argon merge feature-x -i', 'ask about each conflict'],
    ['argon merge feature-x --plan --out merge.plan', 'to read it, and to decide conflicts in it'],
    ['argon merge --apply merge.plan', 'do what the plan says'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given } = context;
      checkOptions(context);
      const merges = new MergeService(session.engine);
      const request = await requestOf(session, context);
      const out = given.text('out');
      if (out === undefined) await carryOut(context, session, merges, request);
      else await savePlan(context, merges, request, out);
    }),
};

/** @throws UsageError */
function checkOptions({ given }: CommandContext): void {
  const isApplied = given.text('apply') !== undefined;
  if (isApplied && [given.at(0), given.text('into'), given.text('at'), given.text('out')].some(Boolean)) {
    throw new UsageError(
      'A plan says itself what is merged into what: with --apply, leave out the branch, --into, --at and --out.',
    );
  }
  if (!isApplied && given.at(0) === undefined) {
    throw new UsageError('Say what to merge: a branch, a tag, or --apply with the file of a plan.');
  }
  if (given.text('out') !== undefined && !given.flag('plan')) {
    throw new UsageError('--out is where the plan goes: add --plan.');
  }
}

async function requestOf(session: Session, { given, terminal }: CommandContext): Promise<MergeRequest> {
  const decider = strategyOf(given);
  const plan = given.text('apply');
  if (plan !== undefined) {
    const request = await readMergePlan(fileLines(resolve(terminal.cwd, plan), session.signal), decider);
    const project = given.text('project') ?? request.project;
    if (project === request.project) return request;
    throw new UsageError(`The plan is of project '${request.project}', and --project names '${project}'.`);
  }
  const project = await targetProject(session, given);
  const into = (await meantBranch(session, project, given.text('into'))).name;
  const at = given.text('at');
  const from = { name: given.required(0), ...(at === undefined ? {} : { at: readMoment(at, '--at') }) };
  return { project, from, into, decider };
}
