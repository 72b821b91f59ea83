import { TagService } from '@argon/branch';
import { retentionOf } from '@argon/wal';
import { Arguments } from '../cli/arguments';
import type { Terminal } from '../cli/terminal';
import { SETTINGS } from '../config/settings';
import { Output } from '../render/output';
import { withSession, type Session } from '../store/session';
import { collectionsOf } from '../query/collections';
import { anyTarget, target, targetProject } from '../store/target';
import type { Candidate } from './complete';
import type { CommandLine } from './command-line';
import type { Kind } from './kinds';

/** Names that the store knows, chosen as the command itself would choose them. What cannot be found is no candidate. */
export async function namesIn(
  terminal: Terminal,
  kind: Kind,
  { given }: CommandLine,
): Promise<readonly Candidate[]> {
  if (kind === 'setting')
    return Object.entries(SETTINGS).map(([name, { meaning }]) => candidate(name, meaning));
  const options = ['store', 'project', 'branch'].map((name) => [name, given.get(`--${name}`)]);
  const args = new Arguments([], Object.fromEntries(options));
  const context = { terminal, output: new Output(terminal, true, false), given: args };
  return withSession(context, (session) => find(session, args, kind));
}

async function find(session: Session, given: Arguments, kind: Kind): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'project':
      return (await session.projects()).map(({ name }) => candidate(name));
    case 'branch':
      return branches(session, await targetProject(session, given));
    case 'tag':
      return tags(session, await targetProject(session, given));
    case 'place': {
      const project = await targetProject(session, given);
      return [...(await branches(session, project)), ...(await tags(session, project))];
    }
    case 'pin':
      return retentionOf((await target(session, given)).branch).pins.map(({ name, lsn }) =>
        candidate(name, `LSN ${lsn}`),
      );
    case 'collection': {
      const collections = await collectionsOf(session, await anyTarget(session, given));
      return collections.map(({ name, documents }) => candidate(name, `${documents} documents`));
    }
    case 'address':
      return addresses(session);
    default:
      return [];
  }
}

async function branches(session: Session, project: string): Promise<readonly Candidate[]> {
  const found = await session.branches.list(project);
  return found.map((branch) =>
    candidate(branch.name, branch.type === 'wal' ? `branch at LSN ${branch.headLsn}` : 'traditional branch'),
  );
}

async function tags(session: Session, project: string): Promise<readonly Candidate[]> {
  const found = await new TagService(session.engine).list(project);
  return found.map(({ name, branch, lsn }) => candidate(name, `tag on ${branch} at LSN ${lsn}`));
}

/** `shop`, and `shop~feature-x` for each of its branches. */
async function addresses(session: Session): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const { name: project } of await session.projects()) {
    found.push(candidate(project, 'project'));
    for (const { value, description } of await branches(session, project)) {
      found.push(candidate(`${project}~${value}`, description));
    }
  }
  return found;
}

function candidate(value: string, description = ''): Candidate {
  return { value, description };
}
