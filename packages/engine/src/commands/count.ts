import { toNumber, type Doc } from '@argon/bson';
import { collationIn, commandCollation } from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { compileFilter } from '../match/compile';
import { CountPlan } from '../plan/count-plan';
import { readHint } from '../plan/hint';
import { countAsAggregate } from '../stored-views/as-aggregate';
import { isDerived } from '../stored-views/resolve';
import { aggregated } from './aggregate';
import { CommandDefinition } from './definition';
import { nonNegative } from './find';

export const countCommand = new CommandDefinition({
  name: 'count',
  help: 'Counts documents.',
  fields: ['query', 'limit', 'skip', 'hint', 'collation', 'fields', 'encryptionInformation'],
  run: async (operation) => {
    const collection = operation.collectionName();
    const plan = await planCount(operation, collection);
    const n = plan === undefined ? await countView(operation) : await plan.run(() => operation.checkTime());
    if (n > 2 ** 31 - 1) throw new CommandError('Overflow', `count ${n} does not fit into an int32`);
    return okReply({ n });
  },
});

async function countView(operation: Operation): Promise<number> {
  for await (const [counted] of aggregated(countAsAggregate(operation))) {
    if (counted !== undefined) return toNumber(counted.get('count') as number);
  }
  return 0;
}

/** Reads a count command's arguments and plans it against what its address shows; undefined: that is a view. */
export async function planCount(operation: Operation, collection: string): Promise<CountPlan | undefined> {
  const wanted = commandCollation(operation.command);
  const filter = operation.optionalDocument('query') ?? (new Map() as Doc);
  const options = { now: operation.started, collation: collationIn(wanted, undefined) };
  const first = compileFilter(filter, options);
  const skip = nonNegative(operation, 'skip') ?? 0;
  const limit = Math.abs(operation.optionalNumber('limit') ?? 0);
  const view = await operation.view(collection);
  if (isDerived(view)) return undefined;
  const collation = collationIn(wanted, view.catalog);
  const matcher = collation === first.collation ? first : compileFilter(filter, { ...options, collation });
  return CountPlan.make(view, { matcher, hint: readHint(view, operation.command.get('hint')), skip, limit });
}
