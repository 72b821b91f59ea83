import type { Value, Doc } from '@argon/bson';
import { describeDocument } from '../aggregate/expression/describe';
import { checkCollationFields, collationDocument, readCollation } from '../collation/read-collation';
import { defaultCollation } from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { checkGraph, type ViewDefinition } from '../stored-views/graph';
import { refuseSystemCollection } from '../stored-views/refuse';
import { hasViews, isView, SYSTEM_VIEWS } from '../stored-views/resolve';
import { compileValidator } from '../validate/validator';
import { checkDocument, checkTypes, truth, type ArgumentRules } from '../handler/arguments';
import { cappedOptions } from './create/capped';
import { clusteredIndex } from './create/clustered';
import { clusteredExpiry } from './create/clustered-expiry';
import { viewDefinition, viewOptions } from './create/view';
import { CommandDefinition } from './definition';
import { collatedIdIndex } from './index-options/id-index';

const VALIDATION = ['validator', 'validationLevel', 'validationAction'] as const;
/** Kept as given, in this order. */
const KEPT = ['storageEngine', 'indexOptionDefaults', ...VALIDATION, 'changeStreamPreAndPostImages'] as const;
const NOT_YET = ['timeseries', 'encryptedFields'] as const;

const TYPES: ArgumentRules = {
  capped: 'safeBool',
  autoIndexId: 'safeBool',
  idIndex: 'object',
  size: 'safeInt',
  max: 'safeInt',
  storageEngine: 'object',
  validator: 'object',
  validationLevel: 'string',
  validationAction: 'string',
  indexOptionDefaults: 'object',
  viewOn: 'string',
  pipeline: 'array',
  collation: 'object',
  changeStreamPreAndPostImages: 'object',
  timeseries: 'object',
  clusteredIndex: 'any',
  expireAfterSeconds: 'safeInt',
  encryptedFields: 'object',
  temp: 'safeBool',
  flags: 'safeInt',
};

export const createCommand = new CommandDefinition({
  name: 'create',
  help: 'Makes a collection or a view.',
  fields: Object.keys(TYPES),
  run: async (operation) => {
    const name = operation.collectionName();
    const { command } = operation;
    checkTypes(command, 'create', TYPES);
    const collation = readDefault(command.get('collation'));
    const collection = collectionOptions(operation, collation);
    const view = viewDefinition(operation, name);
    if (view !== undefined) checkViewOptions(operation);
    else if (command.has('pipeline')) {
      throw new CommandError('InvalidOptions', "'pipeline' requires 'viewOn' to also be specified");
    }
    if (operation.transaction !== undefined && operation.command.has('viewOn')) {
      throw new CommandError(
        'OperationNotSupportedInTransaction',
        'Cannot create a view in a multi-document transaction.',
      );
    }
    return operation.write(async (draft) => {
      const { catalog, state } = draft.collection(name);
      if (catalog !== undefined) throw exists(operation, name, view, isView(catalog));
      if (name === SYSTEM_VIEWS && hasViews(state!)) throw exists(operation, name, view, false);
      refuseSystemCollection(name, operation.database);
      if (view !== undefined) checkGraph(draft.state, { ...view, collation }, operation.database);
      draft.ensureCollection(name, view === undefined ? collection : viewOptions(view, collation));
      if (view === undefined && collation !== undefined) {
        draft.catalog('create_index', name, new Map([['specification', collatedIdIndex(collation)]]));
      }
      return okReply({
        note: command.has('autoIndexId')
          ? 'The autoIndexId option is deprecated and will be removed in a future release'
          : undefined,
      });
    });
  },
});

/** What mongod's parser of `create` fills in, whatever the locale's own settings are. */
const FILLED_IN: readonly (readonly [string, Value])[] = [
  ['caseLevel', false],
  ['caseFirst', 'off'],
  ['strength', 3],
  ['numericOrdering', false],
  ['alternate', 'non-ignorable'],
  ['maxVariable', 'punct'],
  ['normalization', false],
];

/** The collation that a collection is made with, as it is recorded; undefined for the simple one. @throws CommandError */
function readDefault(given: Value | undefined): Doc | undefined {
  if (!(given instanceof Map)) return undefined;
  // Its mistakes are told of what was given, its meaning is that of what has been filled in.
  checkCollationFields(given, 'create.collation');
  const full: Doc = new Map<string, Value>([['locale', given.get('locale')!]]);
  for (const [field, value] of FILLED_IN) full.set(field, given.get(field) ?? value);
  for (const field of ['backwards', 'version']) if (given.has(field)) full.set(field, given.get(field)!);
  const collation = readCollation(full, 'create.collation');
  return collation === undefined ? undefined : collationDocument(collation);
}

/** The options of a collection, as they are kept and shown. @throws CommandError */
function collectionOptions(operation: Operation, collation: Doc | undefined): Map<string, Value> {
  const { command } = operation;
  const options = cappedOptions(operation);
  if (truth(command.get('temp'))) {
    throw new CommandError('InvalidOptions', "the 'temp' field is an invalid option");
  }
  if (command.has('autoIndexId') && !truth(command.get('autoIndexId')) && !command.has('viewOn')) {
    throw new CommandError(
      50001,
      `autoIndexId:false is not allowed for collection ${operation.namespace(operation.collectionName())} because it can be replicated`,
    );
  }
  if (truth(command.get('autoIndexId'))) options.set('autoIndexId', true);
  for (const field of NOT_YET) {
    if (command.has(field)) {
      throw new CommandError('CommandNotSupported', `create's option '${field}' is not supported`);
    }
  }
  for (const field of KEPT) {
    const value = command.get(field) ?? null;
    if (value !== null) options.set(field, value);
  }
  checkIdIndex(operation);
  checkImages(options, 'create');
  for (const [field, value] of options) if (value instanceof Map && value.size === 0) options.delete(field);
  if (collation !== undefined) options.set('collation', collation);
  checkValidation(options);
  const clustered = clusteredIndex(operation);
  if (clustered !== undefined) options.set('clusteredIndex', clustered);
  const expiry = command.get('expireAfterSeconds') ?? null;
  if (expiry !== null) options.set('expireAfterSeconds', expiryOf(operation, expiry));
  return options;
}

/** @throws CommandError for a collection that is not clustered */
function expiryOf({ command }: Operation, expiry: Value): Value {
  const clustered = command.get('clusteredIndex') ?? null;
  if (clustered instanceof Map) return clusteredExpiry(expiry);
  throw new CommandError(
    'InvalidOptions',
    clustered === null
      ? "'expireAfterSeconds' is only supported on time-series collections or when the 'clusteredIndex' option is specified"
      : "'expireAfterSeconds' requires clustering to be enabled",
  );
}

function checkIdIndex(operation: Operation): void {
  const index = operation.optionalDocument('idIndex');
  const key = index?.get('key');
  if (key === undefined || (key instanceof Map && key.size === 1 && key.get('_id') === 1)) return;
  const shown = key instanceof Map ? describeDocument(key) : String(key);
  throw new CommandError('BadValue', `The field 'key' for an _id index must be {_id: 1}, but got ${shown}`);
}

/** What a view cannot have. */
function checkViewOptions(operation: Operation): void {
  const { command } = operation;
  const idIndex = operation.optionalDocument('idIndex');
  if (idIndex !== undefined) {
    throw new CommandError(
      'InvalidOptions',
      `'idIndex' is not allowed with 'viewOn': ${describeDocument(idIndex)}`,
    );
  }
  if (command.has('clusteredIndex')) {
    throw new CommandError(6026500, "The 'clusteredIndex' option is not supported with views");
  }
  if (command.has('changeStreamPreAndPostImages')) {
    throw new CommandError('InvalidOptions', 'option not supported on a view: changeStreamPreAndPostImages');
  }
}

function exists(
  operation: Operation,
  name: string,
  view: ViewDefinition | undefined,
  isViewThere: boolean,
): CommandError {
  const namespace = operation.namespace(name);
  if (view === undefined) {
    return new CommandError(
      'NamespaceExists',
      isViewThere ? `A view already exists. NS: ${namespace}` : `Collection ${namespace} already exists.`,
    );
  }
  return new CommandError(
    'NamespaceExists',
    isViewThere
      ? 'Namespace already exists'
      : `Cannot create collection ${namespace} - collection already exists.`,
  );
}

/** `changeStreamPreAndPostImages`; what is switched off is not kept. */
export function checkImages(options: Map<string, Value>, command: string): void {
  const images = options.get('changeStreamPreAndPostImages');
  if (!(images instanceof Map)) return;
  checkDocument(images, `${command}.changeStreamPreAndPostImages`, { enabled: 'bool' }, ['enabled']);
  if (images.get('enabled') === false) options.delete('changeStreamPreAndPostImages');
}

/** @throws CommandError for a validator that would not compile, or unknown levels and actions */
export function checkValidation(options: ReadonlyMap<string, Value>, command = 'create'): void {
  checkTypes(options, command, { validator: 'object' });
  const validator = options.get('validator');
  if (validator instanceof Map) compileValidator(validator, defaultCollation({ options }));
  checkWord(options, command, 'validationLevel', ['off', 'strict', 'moderate']);
  checkWord(options, command, 'validationAction', ['error', 'warn']);
}

function checkWord(
  options: ReadonlyMap<string, Value>,
  command: string,
  field: string,
  words: readonly string[],
): void {
  const value = options.get(field);
  if (value !== undefined && !words.includes(value as string)) {
    throw new CommandError(
      'BadValue',
      `Enumeration value '${String(value)}' for field '${command}.${field}' is not a valid value.`,
    );
  }
}
