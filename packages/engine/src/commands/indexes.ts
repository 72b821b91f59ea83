import {
  bsonTypeName,
  decodeDocument,
  isNumber,
  toNumber,
  valuesEqual,
  type Doc,
  type Value,
} from '@argon/bson';
import type { CollectionCatalog, IndexDefinition } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import { describeValue } from '../match/parse/describe';
import { refuseSystemCollection, refuseView } from '../stored-views/refuse';
import { clusteredIndexOf, indexCount } from '../view/clustered';
import type { Draft } from '../write/draft';
import { CommandDefinition } from './definition';
import { checkClusteredName, checkOnlyText, compareWithExisting } from './index-options/conflict';
import { checkIdCollation, isIdIndex, isOnId } from './index-options/id-index';
import { checkBuildable } from './index-options/kind-rules';
import { readIndexSpecification } from './index-specification';

const MAX_INDEXES = 64;

export const createIndexesCommand = new CommandDefinition({
  name: 'createIndexes',
  help: 'Makes indexes.',
  fields: ['indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'],
  run: async (operation) => {
    const collection = operation.collectionName();
    const given = operation.requiredArray('indexes').map((bytes) => decodeDocument(bytes));
    if (given.length === 0) throw new CommandError('BadValue', 'Must specify at least one index to create');
    const ignoreUnknown = operation.optionalBoolean('ignoreUnknownIndexOptions');
    const specifications = given.map((each) => readIndexSpecification(each, { ignoreUnknown }));
    const isInTransaction = operation.transaction !== undefined;
    const quorum = operation.command.get('commitQuorum');
    if (isNumber(quorum) && toNumber(quorum) > 1) {
      throw new CommandError(
        'UnsatisfiableCommitQuorum',
        'Not enough data-bearing nodes to satisfy commit quorum',
      );
    }
    refuseSystemCollection(collection, operation.database);
    const work = async (draft: Draft) => {
      refuseView(draft.collection(collection), operation.namespace(collection));
      const created = draft.ensureCollection(collection);
      const before = indexCount(draft.collection(collection).catalog!);
      const added: Doc[] = [];
      const byDefault = draft.collection(collection).catalog!.options.get('collation');
      for (const [at, each] of specifications.entries()) {
        const isOwn = byDefault === undefined || given[at]!.has('collation');
        const specification: Doc = isOwn ? each : new Map([...each, ['collation', byDefault]]);
        const isFixed =
          isInTransaction &&
          (draft.base.collections.has(collection) || draft.collection(collection).count > 0);
        if (await addIndex(draft, operation.namespace(collection), collection, specification, added)) {
          if (isFixed) {
            throw new CommandError(
              'OperationNotSupportedInTransaction',
              `Cannot create new indexes on existing collection ${operation.namespace(collection)} in a multi-document transaction.`,
            );
          }
          added.push(specification);
        }
      }
      const isUnchanged = added.length === 0 && !created;
      return okReply({
        numIndexesBefore: before,
        numIndexesAfter: before + added.length,
        createdCollectionAutomatically: isUnchanged ? undefined : created,
        commitQuorum: isUnchanged ? undefined : (quorum ?? 'votingMembers'),
        note: existingNote(added.length, specifications.length),
      });
    };
    return operation.write(work, { alone: true });
  },
});

function existingNote(added: number, wanted: number): string | undefined {
  if (added === 0) return 'all indexes already exist';
  return added < wanted ? 'index already exists' : undefined;
}

/** Adds an index to a collection, unless it has an equal one. @returns whether it was added */
async function addIndex(
  draft: Draft,
  namespace: string,
  collection: string,
  specification: Doc,
  added: readonly Doc[],
): Promise<boolean> {
  const key = specification.get('key') as Doc;
  const catalog = draft.collection(collection).catalog!;
  if (isOnId(key)) {
    checkIdCollation(specification, catalog);
    return false;
  }
  const { indexes } = catalog;
  checkClusteredName(specification, catalog);
  if (compareWithExisting(specification, indexes) === 'same') {
    if (!added.some((each) => each.get('name') === specification.get('name'))) return false;
    throw identical(specification.get('name') as string, draft.collection(collection).count === 0);
  }
  if (indexCount(catalog) >= MAX_INDEXES) {
    throw new CommandError(
      'CannotCreateIndex',
      `add index fails, too many indexes for ${namespace} key:${describeValue(key)}`,
    );
  }
  checkOnlyText(specification, indexes);
  checkBuildable(specification);
  draft.catalog('create_index', collection, new Map([['specification', specification]]));
  await draft.checkNewIndex(collection, specification.get('name') as string);
  return true;
}

/** Two definitions of one command that are the same: where nothing is to be indexed, mongod makes one after the other. */
function identical(name: string, isEmpty: boolean): CommandError {
  if (isEmpty) return new CommandError('IndexAlreadyExists', `Identical index already exists: ${name}`);
  return new CommandError(
    'OperationFailed',
    'Cannot build two identical indexes. Try again without duplicate indexes.',
  );
}

export const dropIndexesCommand = new CommandDefinition({
  name: 'dropIndexes',
  aliases: ['deleteIndexes'],
  help: 'Drops indexes.',
  fields: ['index'],
  run: async (operation) => {
    const collection = operation.collectionName();
    const wanted = operation.command.get('index');
    const reply = await operation.writeExisting(async (draft: Draft) => {
      const view = draft.collection(collection);
      refuseView(view, operation.namespace(collection));
      const { catalog } = view;
      if (catalog === undefined) throw absent(operation.namespace(collection));
      refuseClustered(catalog, wanted);
      const droppable = catalog.indexes.filter((index) => !isIdIndex(index));
      // A clustered collection has no index on `_id` that one could not drop.
      const hasId = clusteredIndexOf(catalog) === undefined;
      const doomed = chooseIndexes(droppable, wanted, hasId);
      for (const index of doomed) draft.catalog('drop_index', collection, new Map([['name', index.name]]));
      return okReply({
        nIndexesWas: indexCount(catalog),
        msg: meansAll(wanted) ? 'non-_id indexes dropped for collection' : undefined,
      });
    });
    if (reply === undefined) throw absent(operation.namespace(collection));
    return reply;
  },
});

/** What holds the documents of a clustered collection cannot be dropped. */
function refuseClustered(catalog: CollectionCatalog, wanted: Value | undefined): void {
  const clustered = clusteredIndexOf(catalog);
  if (clustered === undefined) return;
  const name = clustered.get('name')!;
  const isMeant = Array.isArray(wanted)
    ? areNames(wanted) && wanted.includes(name)
    : wanted === name || valuesEqual(wanted, clustered.get('key'));
  if (isMeant) throw new CommandError(5979800, 'It is illegal to drop the clusteredIndex');
}

function areNames(wanted: readonly Value[]): boolean {
  return wanted.every((name) => typeof name === 'string');
}

/** @param hasId there is an index on `_id` besides */
function chooseIndexes(
  indexes: readonly IndexDefinition[],
  wanted: Value | undefined,
  hasId: boolean,
): readonly IndexDefinition[] {
  if (wanted === undefined) {
    throw new CommandError(40414, `BSON field 'dropIndexes.index' is missing but a required field`);
  }
  if (wanted === '*') return indexes;
  if (Array.isArray(wanted)) return named(indexes, wanted, hasId);
  if (typeof wanted === 'string') {
    if (wanted === '_id_' && hasId) throw new CommandError('InvalidOptions', 'cannot drop _id index');
    const found = indexes.filter((index) => index.name === wanted);
    if (found.length === 0) throw new CommandError('IndexNotFound', `index not found with name [${wanted}]`);
    return found;
  }
  if (!(wanted instanceof Map)) {
    throw wrongType(wanted, "[string, object']");
  }
  if (hasId && valuesEqual(wanted, new Map([['_id', 1]])))
    throw new CommandError('InvalidOptions', 'cannot drop _id index');
  const found = indexes.filter((index) => valuesEqual(new Map(index.key), wanted));
  if (found.length === 0)
    throw new CommandError('IndexNotFound', `can't find index with key: ${describeValue(wanted)}`);
  if (found.length > 1) {
    throw new CommandError(
      'AmbiguousIndexKeyPattern',
      `${found.length} indexes found for key, identify by name instead`,
    );
  }
  return found;
}

function meansAll(wanted: Value | undefined): boolean {
  return wanted === '*' || (Array.isArray(wanted) && wanted.length === 1 && wanted[0] === '*');
}

/** Of a list of names, each index once. */
function named(
  indexes: readonly IndexDefinition[],
  names: readonly Value[],
  hasId: boolean,
): readonly IndexDefinition[] {
  if (meansAll([...names])) return indexes;
  if (!areNames(names)) throw wrongType([...names], "[string']");
  return [...new Set(names.flatMap((name) => chooseIndexes(indexes, name, hasId)))];
}

function wrongType(value: Value, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field 'dropIndexes.index' is the wrong type '${bsonTypeName(value)}', expected types '${expected}`,
  );
}

function absent(namespace: string): CommandError {
  return new CommandError('NamespaceNotFound', `ns not found ${namespace}`);
}
