import { decodeDocument, idKey, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import { compileFilter } from '../match/compile';
import { chooseAccessPath, select } from '../plan/access-path';
import { checkHint } from '../plan/hint';
import { checkCollation } from './collation';
import { CommandDefinition } from './definition';

export const distinctCommand = new CommandDefinition({
  name: 'distinct',
  help: "A field's distinct values.",
  fields: ['key', 'query', 'collation', 'hint'],
  run: async (operation) => {
    const collection = operation.collectionName();
    checkCollation(operation.command.get('collation'));
    const key = operation.command.get('key');
    if (typeof key !== 'string') {
      if (key === undefined) {
        throw new CommandError(40414, `BSON field 'distinct.key' is missing but a required field`);
      }
      throw operation.wrongType('key', key, 'string');
    }
    const path = key.split('.');
    const matcher = compileFilter(operation.optionalDocument('query') ?? (new Map() as Doc), {
      now: operation.started,
    });
    const view = await operation.view(collection);
    const access = chooseAccessPath(view, matcher, checkHint(view, operation.command.get('hint')));
    const found = new Map<string, Value>();
    for await (const selection of select(view, matcher, access, () => operation.checkTime())) {
      for (const bytes of selection.documents) {
        for (const value of distinctValues(decodeDocument(bytes), path, 0)) {
          const id = idKey(value);
          if (!found.has(id)) found.set(id, value);
        }
      }
    }
    // mongod answers in ascending order when it scans an index and in order of appearance when it does not.
    return okReply({ values: [...found.values()] });
  },
});

/** The values at a path as an index on it would hold them: arrays unwind one level, missing ones are left out. */
function* distinctValues(value: Value | undefined, path: readonly string[], at: number): Generator<Value> {
  if (value === undefined) return;
  if (at === path.length) {
    if (Array.isArray(value)) yield* value;
    else yield value;
    return;
  }
  const name = path[at]!;
  if (value instanceof Map) {
    yield* distinctValues(value.get(name), path, at + 1);
  } else if (Array.isArray(value)) {
    if (/^(0|[1-9]\d*)$/.test(name)) yield* distinctValues(value[Number(name)], path, at + 1);
    for (const item of value) if (item instanceof Map) yield* distinctValues(item, path, at);
  }
}
