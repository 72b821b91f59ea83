import type { Doc } from '@argon/bson';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { compileFilter } from '../match/compile';
import { CountPlan } from '../plan/count-plan';
import { readHint } from '../plan/hint';
import { checkCollation } from './collation';
import { CommandDefinition } from './definition';
import { nonNegative } from './find';

export const countCommand = new CommandDefinition({
  name: 'count',
  help: 'Counts documents.',
  fields: ['query', 'limit', 'skip', 'hint', 'collation', 'fields', 'encryptionInformation'],
  run: async (operation) => {
    const collection = operation.collectionName();
    checkCollation(operation.command.get('collation'));
    const plan = await planCount(operation, collection);
    const n = await plan.run(() => operation.checkTime());
    if (n > 2 ** 31 - 1) throw new CommandError('Overflow', `count ${n} does not fit into an int32`);
    return okReply({ n });
  },
});

/** Reads a count command's arguments and plans it against what its address shows. */
export async function planCount(operation: Operation, collection: string): Promise<CountPlan> {
  const matcher = compileFilter(operation.optionalDocument('query') ?? (new Map() as Doc), {
    now: operation.started,
  });
  const skip = nonNegative(operation, 'skip') ?? 0;
  const limit = Math.abs(operation.optionalNumber('limit') ?? 0);
  const view = await operation.view(collection);
  return CountPlan.make(view, { matcher, hint: readHint(view, operation.command.get('hint')), skip, limit });
}
