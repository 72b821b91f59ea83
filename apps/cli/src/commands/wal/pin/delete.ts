import { PinNotFoundError, retentionOf } from '@argon/wal';
import type { CommandDefinition } from '../../../cli/definition';
import { BRANCH, PROJECT } from '../../../cli/options';
import { didYouMean, withHint } from '../../../errors/hints';
import { withSession } from '../../../store/session';
import { target } from '../../../store/target';
import { noteMissingTag } from '../note-missing-tag';

export const walPinDelete: CommandDefinition = {
  path: 'wal pin delete',
  aliases: ['rm'],
  summary: 'delete a pin: what it alone kept goes with the next compaction',
  arguments: [{ name: '<name>', description: 'the pin' }],
  options: [PROJECT, BRANCH],
  examples: [['argon wal pin delete year-end', '']],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const name = given.required(0);
      const { project, branch } = await target(session, given);
      const pins = retentionOf(branch).pins.map((pin) => pin.name);
      if (!pins.includes(name)) {
        throw withHint(new PinNotFoundError(name, branch.id), didYouMean(name, pins));
      }
      await session.log.unpin(project, branch.name, name, session.actor);
      await output.result({ deleted: name, project, branch: branch.name }, () => [
        `Pin deleted: ${name} (of ${branch.name})`,
      ]);
      await noteMissingTag(output, session, project, name);
    }),
};
