import type { Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import { compileFilter } from '../match/compile';
import { checkCollation } from './collation';
import { CommandDefinition } from './definition';

const KEPT = [
  'validator',
  'validationLevel',
  'validationAction',
  'changeStreamPreAndPostImages',
  'collation',
] as const;
const NOT_YET = [
  'viewOn',
  'pipeline',
  'timeseries',
  'clusteredIndex',
  'expireAfterSeconds',
  'encryptedFields',
] as const;

export const createCommand = new CommandDefinition({
  name: 'create',
  help: 'Makes a collection.',
  fields: [
    ...KEPT,
    ...NOT_YET,
    'capped',
    'size',
    'max',
    'autoIndexId',
    'idIndex',
    'indexOptionDefaults',
    'storageEngine',
    'flags',
    'temp',
  ],
  run: async (operation) => {
    const name = operation.collectionName();
    for (const field of NOT_YET) {
      if (operation.command.has(field)) {
        throw new CommandError('CommandNotSupported', `create's option '${field}' is not supported yet`);
      }
    }
    if (operation.optionalBoolean('capped')) {
      throw new CommandError('CommandNotSupported', 'Capped collections are not supported yet');
    }
    checkCollation(operation.command.get('collation'));
    const options = new Map<string, Value>();
    for (const field of KEPT) {
      const value = operation.command.get(field);
      if (value !== undefined && field !== 'collation') options.set(field, value);
    }
    checkValidation(options);
    return operation.write(async (draft) => {
      const existing = draft.collection(name).catalog;
      if (existing !== undefined) {
        throw new CommandError('NamespaceExists', `Collection ${operation.namespace(name)} already exists.`);
      }
      draft.ensureCollection(name, options);
      return okReply();
    });
  },
});

/** @throws CommandError for a validator that would not compile, or unknown levels and actions */
export function checkValidation(options: ReadonlyMap<string, Value>): void {
  const validator = options.get('validator');
  if (validator !== undefined) {
    if (!(validator instanceof Map)) {
      throw new CommandError(
        'TypeMismatch',
        `BSON field 'create.validator' is the wrong type, expected type 'object'`,
      );
    }
    compileFilter(validator, { now: new Date() });
  }
  checkWord(options, 'validationLevel', ['off', 'strict', 'moderate']);
  checkWord(options, 'validationAction', ['error', 'warn']);
}

function checkWord(options: ReadonlyMap<string, Value>, field: string, words: readonly string[]): void {
  const value = options.get(field);
  if (value !== undefined && !words.includes(value as string)) {
    throw new CommandError(
      'BadValue',
      `Enumeration value '${String(value)}' for field 'create.${field}' is not a valid value.`,
    );
  }
}
