import { distinctValuesAtPath, idKey, type Doc, type Value } from '@argon/bson';
import { collationIn, commandCollation } from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { compileFilter } from '../match/compile';
import { DistinctPlan } from '../plan/distinct-plan';
import { readHint } from '../plan/hint';
import { refuseAbsentText, refuseText } from '../plan/text-index';
import { distinctAsAggregate } from '../stored-views/as-aggregate';
import { isDerived } from '../stored-views/resolve';
import { aggregated } from './aggregate';
import { CommandDefinition } from './definition';

export const distinctCommand = new CommandDefinition({
  name: 'distinct',
  help: "A field's distinct values.",
  fields: ['key', 'query', 'collation', 'hint'],
  run: async (operation) => {
    const collection = operation.collectionName();
    const plan = await planDistinct(operation, collection);
    const atClusterTime = operation.snapshot?.at;
    if (plan === undefined) return okReply({ values: await distinctInView(operation), atClusterTime });
    return okReply({ values: await plan.run(() => operation.checkTime()), atClusterTime });
  },
});

async function distinctInView(operation: Operation): Promise<Value[]> {
  const path = (operation.command.get('key') as string).split('.');
  const found = new Map<string, Value>();
  for await (const batch of aggregated(distinctAsAggregate(operation))) {
    for (const document of batch) {
      for (const value of distinctValuesAtPath(document, path)) {
        const id = idKey(value);
        if (!found.has(id)) found.set(id, value);
      }
    }
  }
  return [...found.values()];
}

/** Reads a distinct command's arguments and plans it against what its address shows; undefined: that is a view. */
export async function planDistinct(
  operation: Operation,
  collection: string,
): Promise<DistinctPlan | undefined> {
  const key = operation.command.get('key');
  if (typeof key !== 'string') {
    if (key === undefined) {
      throw new CommandError(40414, `BSON field 'distinct.key' is missing but a required field`);
    }
    throw operation.wrongType('key', key, 'string');
  }
  const wanted = commandCollation(operation.command);
  const filter = operation.optionalDocument('query') ?? (new Map() as Doc);
  const options = { now: operation.started, collation: collationIn(wanted, undefined) };
  const first = compileFilter(filter, options);
  const view = await operation.view(collection);
  if (isDerived(view)) {
    // As with find: of a view, mongod knows no text index.
    refuseText(first, operation.namespace(collection));
    return undefined;
  }
  refuseAbsentText(view, first, operation.database);
  const collation = collationIn(wanted, view.catalog);
  const matcher = collation === first.collation ? first : compileFilter(filter, { ...options, collation });
  return DistinctPlan.make(view, { key, matcher, hint: readHint(view, operation.command.get('hint')) });
}
