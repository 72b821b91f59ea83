import type { Doc } from '@argon/bson';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { compileFilter } from '../match/compile';
import { DistinctPlan } from '../plan/distinct-plan';
import { readHint } from '../plan/hint';
import { checkCollation } from './collation';
import { CommandDefinition } from './definition';

export const distinctCommand = new CommandDefinition({
  name: 'distinct',
  help: "A field's distinct values.",
  fields: ['key', 'query', 'collation', 'hint'],
  run: async (operation) => {
    const collection = operation.collectionName();
    checkCollation(operation.command.get('collation'));
    const plan = await planDistinct(operation, collection);
    return okReply({ values: await plan.run(() => operation.checkTime()) });
  },
});

/** Reads a distinct command's arguments and plans it against what its address shows. */
export async function planDistinct(operation: Operation, collection: string): Promise<DistinctPlan> {
  const key = operation.command.get('key');
  if (typeof key !== 'string') {
    if (key === undefined) {
      throw new CommandError(40414, `BSON field 'distinct.key' is missing but a required field`);
    }
    throw operation.wrongType('key', key, 'string');
  }
  const matcher = compileFilter(operation.optionalDocument('query') ?? (new Map() as Doc), {
    now: operation.started,
  });
  const view = await operation.view(collection);
  return DistinctPlan.make(view, { key, matcher, hint: readHint(view, operation.command.get('hint')) });
}
