import { WalOnlyError, type BranchInfo } from '@argon/branch';
import type { AnyBranch } from '@argon/branch/dual';
import { DEFAULT_BRANCH, formatAddress, type Moment } from '@argon/engine';
import {
  BranchNotFoundError,
  ProjectNotFoundError,
  validateBranchName,
  validateProjectName,
} from '@argon/wal';
import type { Arguments } from '../cli/arguments';
import { ProjectNotChosenError } from '../errors/errors';
import { didYouMean, withHint } from '../errors/hints';
import type { Session } from './session';

/** A branch that a command is about: one in the log, or any. */
export interface Target<B extends AnyBranch = BranchInfo> {
  readonly project: string;
  readonly branch: B;
}

/**
 * The project that is meant: `--project`, the one in use, or the only one there is.
 * @throws ProjectNotFoundError, ProjectNotChosenError, InvalidNameError
 */
export async function targetProject(session: Session, given: Arguments): Promise<string> {
  const named = given.text('project');
  if (named !== undefined) return knownProject(session, named);
  const inUse = session.config.settings.project;
  const projects = (await session.projects()).map(({ name }) => name);
  if (inUse !== undefined) {
    if (projects.includes(inUse)) return inUse;
    throw withHint(
      new ProjectNotFoundError(inUse),
      `it is the project in use (${session.config.path}); choose another with 'argon use PROJECT', or --project`,
    );
  }
  if (projects.length === 1) return projects[0]!;
  throw new ProjectNotChosenError(projects);
}

/** The name itself if there is such a project. @throws ProjectNotFoundError, InvalidNameError */
export async function knownProject(session: Session, name: string): Promise<string> {
  validateProjectName(name);
  const projects = await session.projects();
  if (projects.some((project) => project.name === name)) return name;
  throw withHint(
    new ProjectNotFoundError(name),
    didYouMean(
      name,
      projects.map((project) => project.name),
    ),
  );
}

/** The branch of that name, in the log. @throws BranchNotFoundError, InvalidNameError, WalOnlyError */
export async function knownBranch(session: Session, project: string, name: string): Promise<BranchInfo> {
  return inLog(await anyKnownBranch(session, project, name));
}

/** The branch of that name, wherever it lives. @throws BranchNotFoundError, InvalidNameError */
export async function anyKnownBranch(session: Session, project: string, name: string): Promise<AnyBranch> {
  validateBranchName(name);
  try {
    return await session.branches.get(project, name);
  } catch (error) {
    if (!(error instanceof BranchNotFoundError)) throw error;
    const branches = await session.branches.list(project);
    throw withHint(
      error,
      didYouMean(
        name,
        branches.map((branch) => branch.name),
      ),
    );
  }
}

/** The name of the branch in use in a project; `main` if none is. */
export function branchInUse(session: Session, project: string): string {
  const { project: inUse, branch } = session.config.settings;
  return branch !== undefined && (inUse === undefined || inUse === project) ? branch : DEFAULT_BRANCH;
}

/** The branch that is meant, in the log: `--branch`, the one in use, or `main`. @throws BranchNotFoundError, WalOnlyError */
export async function target(session: Session, given: Arguments): Promise<Target> {
  const { project, branch } = await anyTarget(session, given);
  return { project, branch: inLog(branch) };
}

/** The same, wherever it lives. @throws BranchNotFoundError */
export async function anyTarget(session: Session, given: Arguments): Promise<Target<AnyBranch>> {
  const project = await targetProject(session, given);
  return { project, branch: await anyMeantBranch(session, project, given.text('branch')) };
}

/** The branch of that name, in the log; if none is given, the one in use, or `main`. @throws as anyMeantBranch, WalOnlyError */
export async function meantBranch(
  session: Session,
  project: string,
  named: string | undefined,
): Promise<BranchInfo> {
  return inLog(await anyMeantBranch(session, project, named));
}

/** The branch of that name; if none is given, the one in use, or `main`. @throws BranchNotFoundError */
export async function anyMeantBranch(
  session: Session,
  project: string,
  named: string | undefined,
): Promise<AnyBranch> {
  if (named !== undefined) return anyKnownBranch(session, project, named);
  const name = branchInUse(session, project);
  try {
    return await anyKnownBranch(session, project, name);
  } catch (error) {
    if (!(error instanceof BranchNotFoundError)) throw error;
    const where =
      name === session.config.settings.branch ? `it is the branch in use (${session.config.path}); ` : '';
    throw withHint(error, `${where}choose another with 'argon use ${project}~BRANCH', or --branch`);
  }
}

/** The branch that `--branch` names; without it, all of the project that are in the log. @throws BranchNotFoundError, WalOnlyError */
export async function namedOrAll(
  session: Session,
  project: string,
  given: Arguments,
): Promise<readonly BranchInfo[]> {
  const named = given.text('branch');
  if (named !== undefined) return [await knownBranch(session, project, named)];
  const branches = await session.branches.list(project);
  return branches.filter((branch) => branch.type === 'wal');
}

/** The database name of a target, at a moment or now: `shop~feature-x@1042`. */
export function databaseOf({ project, branch }: Target<AnyBranch>, moment?: Moment): string {
  return formatAddress({ project, branch: branch.name, ...(moment === undefined ? {} : { moment }) });
}

/** @throws WalOnlyError for a branch that is prefixed collections */
function inLog(branch: AnyBranch): BranchInfo {
  if (branch.type === 'wal') return branch;
  throw new WalOnlyError('do that', branch.name);
}
