import type { Doc } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { NumberSum } from '../expression/arithmetic/number-sum';
import type { StageCompiler } from './stage';

/** `$count`: one document with the number of documents; none if there are none. */
export const COUNT: StageCompiler = (argument, _context, name) => {
  if (typeof argument !== 'string') {
    throw new CommandError(40156, 'the count field must be a non-empty string');
  }
  if (argument === '') throw new CommandError(40157, 'the count field must be a non-empty string');
  if (argument.startsWith('$')) throw new CommandError(40158, 'the count field cannot be a $-prefixed path');
  if (argument.includes('\0')) throw new CommandError(40159, 'the count field cannot contain a null byte');
  if (argument.includes('.')) throw new CommandError(40160, "the count field cannot contain '.'");
  if (argument === '_id') throw new CommandError(15948, "a group's _id may only be specified once");
  return {
    name,
    async *run(source) {
      let count = 0;
      for await (const batch of source) count += batch.length;
      if (count > 0) yield [countDocument(argument, count)];
    },
  };
};

function countDocument(field: string, count: number): Doc {
  const sum = new NumberSum();
  sum.add(count);
  return new Map([[field, sum.result() as number]]);
}
