import { CommandError } from '../../handler/errors';
import { wholeNumber } from './count-argument';
import type { StageCompiler } from './stage';

/** `$limit` */
export const LIMIT: StageCompiler = (argument, _context, name) => {
  const count = wholeNumber(argument, '$limit', 5107201);
  if (count === 0) throw new CommandError(15958, 'the limit must be positive');
  return {
    name,
    async *run(source) {
      let left = count;
      for await (const batch of source) {
        yield batch.length <= left ? batch : batch.slice(0, left);
        left -= batch.length;
        if (left <= 0) return;
      }
    },
    pushdown: { kind: 'limit', count },
  };
};
