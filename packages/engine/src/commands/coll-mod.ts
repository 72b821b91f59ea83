import type { Doc, Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import type { CommandDocument, Reply } from '../handler/contract';
import { okReply } from '../handler/reply';
import { checkViewPipeline } from '../stored-views/check-definition';
import { checkGraph, type ViewDefinition } from '../stored-views/graph';
import { isView, viewPipeline } from '../stored-views/resolve';
import { clusteredIndexOf } from '../view/clustered';
import type { Draft } from '../write/draft';
import { checkTypes, whole, type ArgumentRules } from '../handler/arguments';
import { modifiedIndex, readIndexChange, toldIndex } from './coll-mod-index';
import { checkImages, checkValidation } from './create';
import { checkCappedSize, roundedSize } from './create/capped';
import { changedExpiry, checkExpiryType } from './create/clustered-expiry';
import { viewDefinition, viewOptions } from './create/view';
import { CommandDefinition } from './definition';
import { inOptionOrder } from './option-order';

const VALIDATION = ['validator', 'validationLevel', 'validationAction'] as const;
const CHANGES = [...VALIDATION, 'changeStreamPreAndPostImages'] as const;
const NOT_YET = ['timeseries'] as const;

const TYPES: ArgumentRules = {
  index: 'any',
  validator: 'object',
  validationLevel: 'string',
  validationAction: 'string',
  viewOn: 'string',
  pipeline: 'array',
  recordPreImages: 'bool',
  changeStreamPreAndPostImages: 'object',
  expireAfterSeconds: 'any',
  timeseries: 'object',
  dryRun: 'any',
  cappedSize: 'safeInt',
  cappedMax: 'safeInt',
};

export const collModCommand = new CommandDefinition({
  name: 'collMod',
  help: "Changes a collection's options, an index's, or a view's definition.",
  fields: Object.keys(TYPES),
  run: async (operation) => {
    const name = operation.collectionName();
    const { command } = operation;
    checkTypes(command, 'collMod', TYPES);
    checkExpiryType(command.get('expireAfterSeconds'));
    for (const field of NOT_YET) {
      if (command.has(field)) {
        throw new CommandError('CommandNotSupported', `collMod's option '${field}' is not supported yet`);
      }
    }
    const index = readIndexChange(operation);
    const view = viewDefinition(operation, name);
    const changes = changedOptions(operation);
    const reply = await operation.writeExisting(async (draft) => {
      const { catalog } = draft.collection(name);
      if (catalog === undefined) throw absent();
      if (isView(catalog)) return changeView(operation, draft, catalog, view);
      const changed = changes(catalog);
      const modified = index && (await modifiedIndex(draft, name, index));
      for (const field of ['pipeline', 'viewOn']) {
        if (command.has(field))
          throw new CommandError('InvalidOptions', `option only supported on a view: ${field}`);
      }
      const expiry = command.get('expireAfterSeconds');
      if (expiry !== undefined && clusteredIndexOf(catalog) === undefined) {
        throw new CommandError(
          'InvalidOptions',
          "'expireAfterSeconds' option is only supported on collections clustered by _id",
        );
      }
      const options = new Map([...catalog.options, ...changed]);
      if (expiry !== undefined) options.set('expireAfterSeconds', changedExpiry(expiry));
      for (const [field, value] of options) if (value === null) options.delete(field);
      if (index?.dryRun !== true) {
        const told = toldChanges(command, index && modified && toldIndex(index, modified));
        draft.catalog('modify_collection', name, entryArgument(options, told, modified?.specification));
      }
      return okReply(modified?.reply);
    });
    if (reply === undefined) throw absent();
    return reply;
  },
});

/** The options that the command changes; null: goes. */
function changedOptions(operation: Operation): (catalog: CollectionCatalog) => Map<string, Value> {
  const { command } = operation;
  const changes = new Map<string, Value>();
  for (const field of CHANGES) {
    const value = command.get(field) ?? null;
    if (value !== null) changes.set(field, value);
  }
  checkValidation(changes, 'collMod');
  const isValidation = VALIDATION.some((field) => changes.has(field));
  if (changes.has('changeStreamPreAndPostImages')) {
    checkImages(changes, 'collMod');
    if (!changes.has('changeStreamPreAndPostImages')) changes.set('changeStreamPreAndPostImages', null);
  }
  const validator = changes.get('validator');
  if (validator instanceof Map && validator.size === 0) changes.set('validator', null);
  const size = whole(command.get('cappedSize'));
  const max = whole(command.get('cappedMax'));
  if (size !== undefined) checkCappedSize(size, 'cappedSize');
  return (catalog) => {
    // mongod writes down all three with any of them.
    if (isValidation) for (const [field, value] of inForce(catalog, changes)) changes.set(field, value);
    if (size === undefined && max === undefined) return changes;
    if (catalog.options.get('capped') !== true) {
      throw new CommandError('InvalidOptions', 'Collection must be capped.');
    }
    if (size !== undefined) changes.set('size', roundedSize(size));
    if (max !== undefined) changes.set('max', max > 0 ? max : 2 ** 31 - 1);
    return changes;
  };
}

function changeView(
  operation: Operation,
  draft: Draft,
  catalog: CollectionCatalog,
  given: ViewDefinition | undefined,
): Reply {
  const { command } = operation;
  for (const field of ['index', ...CHANGES, 'expireAfterSeconds', 'cappedSize', 'cappedMax']) {
    if (command.has(field))
      throw new CommandError('InvalidOptions', `option not supported on a view: ${field}`);
  }
  const pipeline = command.get('pipeline');
  const view: ViewDefinition = {
    name: catalog.name,
    viewOn: given?.viewOn ?? (catalog.options.get('viewOn') as string),
    pipeline: Array.isArray(pipeline) ? pipeline : viewPipeline(catalog),
    collation: catalog.options.get('collation') as Doc | undefined,
  };
  if (given === undefined) checkViewPipeline({ database: operation.database, ...view }, view.pipeline);
  checkGraph(draft.state, view, operation.database);
  const told: Doc = new Map<string, Value>([
    ['viewOn', view.viewOn],
    ['pipeline', [...view.pipeline]],
  ]);
  const options = new Map([...catalog.options, ...viewOptions(view)]);
  draft.catalog('modify_collection', catalog.name, entryArgument(options, told));
  return okReply();
}

/** How strictly a collection's validator is taken, said or not. */
function inForce({ options }: CollectionCatalog, changes: ReadonlyMap<string, Value>): [string, Value][] {
  const standing = (field: string, initial: string): [string, Value] => [
    field,
    changes.get(field) ?? options.get(field) ?? initial,
  ];
  return [standing('validationLevel', 'strict'), standing('validationAction', 'error')];
}

/** One entry for all that changes, and one if nothing does: change streams tell of the command. */
function entryArgument(options: Doc, told: Doc, index?: Doc): Doc {
  const argument = new Map<string, Value>([['options', new Map(inOptionOrder(options))]]);
  if (index !== undefined) argument.set('index', index);
  return argument.set('told', told);
}

/** What change streams tell of the command, in mongod's order. */
function toldChanges(command: CommandDocument, index: Doc | undefined): Doc {
  const told: Doc = new Map();
  const tell = (field: string, value = command.get(field) ?? null) => {
    if (value !== null) told.set(field, value);
  };
  for (const field of ['cappedSize', 'cappedMax']) tell(field, whole(command.get(field)) ?? null);
  tell('index', index ?? null);
  for (const field of [...VALIDATION, 'recordPreImages', 'changeStreamPreAndPostImages']) tell(field);
  const expiry = command.get('expireAfterSeconds');
  if (expiry !== undefined) tell('expireAfterSeconds', changedExpiry(expiry) ?? expiry);
  return told;
}

function absent(): CommandError {
  return new CommandError('NamespaceNotFound', 'ns does not exist');
}
