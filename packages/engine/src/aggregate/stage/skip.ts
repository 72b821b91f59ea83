import { wholeNumber } from './count-argument';
import type { StageCompiler } from './stage';

/** `$skip` */
export const SKIP: StageCompiler = (argument, _context, name) => {
  const count = wholeNumber(argument, '$skip', 5107200);
  return {
    name,
    async *run(source) {
      let left = count;
      for await (const batch of source) {
        if (batch.length > left) yield left === 0 ? batch : batch.slice(left);
        left = Math.max(0, left - batch.length);
      }
    },
    pushdown: { kind: 'skip', count },
  };
};
