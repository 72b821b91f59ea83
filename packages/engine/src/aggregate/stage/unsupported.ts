import { CommandError } from '../../handler/errors';
import type { StageCompiler } from './stage';

/** A stage that mongod knows and Argon does not run. */
export function unsupportedStage(reason: string): StageCompiler {
  return (_argument, _context, name) => {
    throw new CommandError('CommandNotSupported', `${name} is not supported: ${reason}`);
  };
}
