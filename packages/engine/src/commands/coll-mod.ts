import type { Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import { checkValidation } from './create';
import { CommandDefinition } from './definition';

const VALIDATION = ['validator', 'validationLevel', 'validationAction'] as const;

export const collModCommand = new CommandDefinition({
  name: 'collMod',
  help: "Changes a collection's options: its validator, level and action.",
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
    for (const field of ['index', 'viewOn', 'pipeline', 'expireAfterSeconds', 'dryRun'] as const) {
      if (operation.command.has(field)) {
        throw new CommandError('CommandNotSupported', `collMod's option '${field}' is not supported yet`);
      }
    }
    const changes = new Map<string, Value>();
    for (const field of [...VALIDATION, 'changeStreamPreAndPostImages'] as const) {
      const value = operation.command.get(field);
      if (value !== undefined) changes.set(field, value);
    }
    checkValidation(changes);
    const reply = await operation.writeExisting(async (draft) => {
      const { catalog } = draft.collection(name);
      if (catalog === undefined) throw absent(operation.namespace(name));
      const options = new Map([...catalog.options, ...changes]);
      const validator = options.get('validator');
      if (validator instanceof Map && validator.size === 0) options.delete('validator');
      draft.catalog('modify_collection', name, new Map<string, Value>([['options', options]]));
      return okReply();
    });
    if (reply === undefined) throw absent(operation.namespace(name));
    return reply;
  },
});

function absent(namespace: string): CommandError {
  return new CommandError('NamespaceNotFound', `ns does not exist: ${namespace}`);
}
