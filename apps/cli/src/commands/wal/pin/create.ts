import { TagService } from '@argon/branch';
import type { CommandDefinition } from '../../../cli/definition';
import { BRANCH, PROJECT } from '../../../cli/options';
import { withSession } from '../../../store/session';
import { readMoment } from '../../../store/moment';
import { target } from '../../../store/target';

export const walPinCreate: CommandDefinition = {
  path: 'wal pin create',
  summary: 'keep a moment of a branch readable, whatever is compacted',
  details: 'A pin holds the versions that its moment shows, until it is deleted.',
  arguments: [{ name: '<name>', description: 'letters, digits, - and _' }],
  options: [
    PROJECT,
    BRANCH,
    { flags: '--at <moment>', description: 'an LSN (1042) or a time (2026-01-31T12:00:00Z); default: now' },
  ],
  examples: [
    ['argon wal pin create year-end', 'what the branch in use shows now'],
    ['argon wal pin create audit --at 1042 --branch main', 'what main showed at LSN 1042'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const at = given.text('at');
      const moment = at === undefined ? undefined : readMoment(at, '--at');
      const { project, branch } = await target(session, given);
      // Pins are what tags are stored as, and names hold for the project.
      const { name, lsn } = await new TagService(session.engine).create(
        project,
        branch.name,
        given.required(0),
        moment,
        session.actor,
      );
      await output.result({ project, branch: branch.name, pin: { name, lsn } }, () => [
        `Pin created: ${name} (${branch.name} at LSN ${lsn})`,
      ]);
    }),
};
