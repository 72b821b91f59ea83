import { distinctValuesAtPath, idKey, type Doc, type Value } from '@argon/bson';
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
        for (const value of distinctValuesAtPath(bytes, path)) {
          const id = idKey(value);
          if (!found.has(id)) found.set(id, value);
        }
      }
    }
    // mongod answers in ascending order when it scans an index and in order of appearance when it does not.
    return okReply({ values: [...found.values()] });
  },
});
