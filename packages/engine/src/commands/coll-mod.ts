import type { Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import { checkValidation } from './create';
import { modifiedIndex, readIndexChange } from './coll-mod-index';
import { CommandDefinition } from './definition';

const VALIDATION = ['validator', 'validationLevel', 'validationAction'] as const;

export const collModCommand = new CommandDefinition({
  name: 'collMod',
  help: "Changes a collection's options: its validator, level and action; or an index's.",
  fields: [
    ...VALIDATION,
    'index',
    'viewOn',
    'pipeline',
    'changeStreamPreAndPostImages',
    'expireAfterSeconds',
    'dryRun',
  ],
  run: async (operation) => {
    const name = operation.collectionName();
    for (const field of ['viewOn', 'pipeline'] as const) {
      if (operation.command.has(field)) {
        throw new CommandError('CommandNotSupported', `collMod's option '${field}' is not supported yet`);
      }
    }
    const change = readIndexChange(operation);
    const changes = new Map<string, Value>();
    for (const field of [...VALIDATION, 'changeStreamPreAndPostImages'] as const) {
      const value = operation.command.get(field);
      if (value !== undefined) changes.set(field, value);
    }
    checkValidation(changes);
    const reply = await operation.writeExisting(async (draft) => {
      const { catalog } = draft.collection(name);
      if (catalog === undefined) throw absent();
      if (operation.command.has('expireAfterSeconds')) {
        throw new CommandError(
          'InvalidOptions',
          "'expireAfterSeconds' option is only supported on collections clustered by _id",
        );
      }
      const index = change && (await modifiedIndex(draft, name, change));
      const options = new Map([...catalog.options, ...changes]);
      const validator = options.get('validator');
      if (validator instanceof Map && validator.size === 0) options.delete('validator');
      const argument = new Map<string, Value>([['options', options]]);
      if (index?.specification !== undefined) argument.set('index', index.specification);
      if (changes.size > 0 || argument.size > 1) draft.catalog('modify_collection', name, argument);
      return okReply(index?.reply);
    });
    if (reply === undefined) throw absent();
    return reply;
  },
});

function absent(): CommandError {
  return new CommandError('NamespaceNotFound', 'ns does not exist');
}
