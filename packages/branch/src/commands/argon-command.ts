import { CommandDefinition, type CommandSpecification } from '@argon/engine';
import { toMongoError } from './mongo-errors';

/** A command of Argon's own: as MongoDB's, and errors of this package come with MongoDB's codes. */
export function argonCommand(
  specification: CommandSpecification & { readonly fields: readonly string[] },
): CommandDefinition {
  return new CommandDefinition({
    ...specification,
    run: async (operation) => {
      try {
        return await specification.run(operation);
      } catch (error) {
        throw toMongoError(error);
      }
    },
  });
}
