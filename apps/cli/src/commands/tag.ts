import { TagNotFoundError, TagService } from '@argon/branch';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { BRANCH, PROJECT } from '../cli/options';
import { UsageError } from '../errors/errors';
import { didYouMean, withHint } from '../errors/hints';
import { readMoment } from '../store/moment';
import { withSession, type Session } from '../store/session';
import { target, targetProject } from '../store/target';
import { noteMissingTag } from './wal/note-missing-tag';

export const tag: CommandDefinition = {
  path: 'tag',
  aliases: ['tags'],
  summary: 'name a moment of a branch; list and delete such names',
  details:
    'Without a name it lists the tags of the project. A tag keeps its moment readable, whatever is compacted, and can be ' +
    'restored to (argon restore --to-tag). Names are unique in a project, and not those of branches.',
  arguments: [{ name: '[name]', description: 'letters, digits, - and _' }],
  options: [
    PROJECT,
    BRANCH,
    { flags: '--at <moment>', description: 'an LSN (1042) or a time (2026-01-31T12:00:00Z); default: now' },
    { flags: '--delete', description: 'delete the tag, or the restore point of that name' },
  ],
  examples: [
    ['argon tag v1', 'what the branch in use shows now'],
    ['argon tag v1 --at 1042 --branch main', 'what main showed at LSN 1042'],
    ['argon tag', 'list them'],
    ['argon tag v1 --delete', ''],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const name = given.at(0);
      const tags = new TagService(session.engine);
      if (name === undefined) {
        if (given.flag('delete') || given.text('at') !== undefined) {
          throw new UsageError('Say which tag: argon tag NAME.');
        }
        return list(context, session, tags);
      }
      if (given.flag('delete')) return remove(context, session, tags, name);
      const at = given.text('at');
      const moment = at === undefined ? undefined : readMoment(at, '--at');
      const { project, branch } = await target(session, given);
      const made = await tags.create(project, branch.name, name, moment, session.actor);
      await output.result({ project, tag: made }, () => [
        `Tag created: ${name} (${made.branch} at LSN ${made.lsn})`,
      ]);
    }),
};

async function list({ given, output }: CommandContext, session: Session, tags: TagService): Promise<void> {
  const project = await targetProject(session, given);
  const found = await tags.list(project);
  const named = given.text('branch');
  const shown = named === undefined ? found : found.filter(({ branch }) => branch === named);
  await output.result({ project, tags: shown }, () =>
    shown.length === 0
      ? ['No tags. argon tag NAME makes one.']
      : [
          output.table(
            [{ title: 'Tag' }, { title: 'Branch' }, { title: 'LSN', align: 'right' }],
            shown.map(({ name, branch, lsn }) => [name, branch, String(lsn)]),
          ),
        ],
  );
}

async function remove(
  { given, output }: CommandContext,
  session: Session,
  tags: TagService,
  name: string,
): Promise<void> {
  const project = await targetProject(session, given);
  let gone;
  try {
    gone = await tags.delete(project, name, session.actor);
  } catch (error) {
    if (!(error instanceof TagNotFoundError)) throw error;
    const names = (await tags.list(project)).map((each) => each.name);
    throw withHint(error, didYouMean(name, names));
  }
  await output.result({ project, deleted: gone }, () => [
    `Tag deleted: ${name} (was ${gone.branch} at LSN ${gone.lsn})`,
  ]);
  await noteMissingTag(output, session, project, name);
}
