import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { Command } from '../../handler/command';
import { CommandError } from '../../handler/errors';
import type { Operation } from '../../handler/operation';
import { okReply } from '../../handler/reply';
import { compileFilter } from '../../match/compile';
import { amount } from '../../statistics/amount';
import { refuseView } from '../../stored-views/refuse';
import type { CollectionView } from '../../view/collection-view';
import { dataSize } from '../../view/data-size';
import { checkTypes, truth } from '../../handler/arguments';
import { CommandDefinition } from '../definition';

export const dataSizeCommand = new CommandDefinition({
  name: 'dataSize',
  aliases: ['datasize'],
  help: 'The size of a collection, or of a part of it.',
  fields: ['keyPattern', 'min', 'max', 'estimate'],
  run: async (operation) => {
    const { command } = operation;
    checkTypes(command, 'dataSize', {
      keyPattern: 'object',
      min: 'object',
      max: 'object',
      estimate: 'safeBool',
    });
    const { database, collection } = namespaceOf(operation);
    const started = performance.now();
    const view = await operation.within(Command.from({ dataSize: 1 }, database)).view(collection);
    refuseView(view, `${database}.${collection}`);
    const range = rangeOf(operation);
    const found =
      range === undefined
        ? { size: await dataSize(view, () => operation.checkTime()), numObjects: view.count }
        : await sizeWithin(view, range, operation);
    return okReply({
      estimate: view.catalog === undefined ? undefined : truth(command.get('estimate')),
      size: amount(found.size),
      numObjects: amount(found.numObjects),
      millis: Math.round(performance.now() - started),
    });
  },
});

function namespaceOf({ command }: Operation): { database: string; collection: string } {
  const namespace = command.get(command.name);
  if (typeof namespace !== 'string') {
    throw new CommandError('BadValue', `collection name has invalid type ${bsonTypeName(namespace ?? null)}`);
  }
  const dot = namespace.indexOf('.');
  if (dot < 1 || dot === namespace.length - 1) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
  }
  return { database: namespace.slice(0, dot), collection: namespace.slice(dot + 1) };
}

/** `min` ≤ key < `max` by the order of index keys, whether there is an index or not. */
function rangeOf(operation: Operation): Doc | undefined {
  const conditions: Value[] = [];
  for (const [bound, comparison] of [
    ['min', '$gte'],
    ['max', '$lt'],
  ] as const) {
    const given = operation.optionalDocument(bound);
    if (given === undefined || given.size === 0) continue;
    const key = [...given.keys()].map((field) => `$${field}`);
    const values = new Map([['$literal', [...given.values()]]]);
    conditions.push(new Map([[comparison, [key, values]]]));
  }
  return conditions.length === 0 ? undefined : new Map([['$expr', new Map([['$and', conditions]])]]);
}

async function sizeWithin(
  view: CollectionView,
  range: Doc,
  operation: Operation,
): Promise<{ size: number; numObjects: number }> {
  const matcher = compileFilter(range, { now: operation.started });
  let [size, numObjects] = [0, 0];
  for await (const { documents } of view.scan()) {
    operation.checkTime();
    for (const bytes of documents) {
      if (!matcher.matches(bytes)) continue;
      size += bytes.length;
      numObjects += 1;
    }
  }
  return { size, numObjects };
}
