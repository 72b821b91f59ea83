import { CommandError } from '../../handler/errors';
import type { StageCompiler } from './stage';

/**
 * A pipeline that begins with `$changeStream` is no query: the aggregate command hands it to `openChangeStream`. Whatever else
 * compiles the stage only learns where it may not be.
 */
export const CHANGE_STREAM: StageCompiler = (_argument, _context, name) => ({
  name,
  isSource: true,
  run: () => {
    throw new CommandError('CommandNotSupported', `${name} can only be run by the aggregate command`);
  },
});
