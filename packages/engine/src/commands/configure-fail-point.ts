import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import { CommandDefinition } from './definition';

/** For tests of clients: there only in an engine with `testCommands`. */
export const configureFailPointCommand = new CommandDefinition({
  name: 'configureFailPoint',
  help: 'Makes commands fail, for tests.',
  fields: ['mode', 'data'],
  run: ({ engine, command, database }) => {
    if (engine.failPoints === undefined) {
      throw new CommandError('CommandNotFound', "no such command: 'configureFailPoint'");
    }
    if (database !== 'admin') {
      throw new CommandError(
        'Unauthorized',
        'configureFailPoint may only be run against the admin database.',
      );
    }
    return okReply({ count: engine.failPoints.configure(command) });
  },
});
