import { decodeDocument, valuesEqual, type Value } from '@argon/bson';
import type { IndexDefinition } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import type { Draft } from '../write/draft';
import { CommandDefinition } from './definition';
import { compareWithExisting, readIndexSpecification } from './index-specification';

const MAX_INDEXES = 64;

export const createIndexesCommand = new CommandDefinition({
  name: 'createIndexes',
  help: 'Makes indexes.',
  fields: ['indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'],
  run: async (operation) => {
    const collection = operation.collectionName();
    const given = operation.requiredArray('indexes').map((bytes) => decodeDocument(bytes));
    if (given.length === 0) throw new CommandError('BadValue', 'Must specify at least one index to create');
    const specifications = given.map((specification) => readIndexSpecification(specification));
    const work = async (draft: Draft) => {
      const created = draft.ensureCollection(collection);
      const before = draft.collection(collection).catalog!.indexes.length + 1;
      for (const specification of specifications) {
        const catalog = draft.collection(collection).catalog!;
        if (compareWithExisting(specification, catalog.indexes) === 'same') continue;
        if (catalog.indexes.length + 1 >= MAX_INDEXES) {
          throw new CommandError(
            'CannotCreateIndex',
            `add index fails, too many indexes for ${operation.namespace(collection)}`,
          );
        }
        draft.catalog('create_index', collection, new Map([['specification', specification]]));
        await draft.checkNewIndex(collection, specification.get('name') as string);
      }
      const after = draft.collection(collection).catalog!.indexes.length + 1;
      return okReply({
        numIndexesBefore: before,
        numIndexesAfter: after,
        createdCollectionAutomatically: created,
        commitQuorum: 'votingMembers',
        note: before === after ? 'all indexes already exist' : undefined,
      });
    };
    return operation.write(work, { alone: true });
  },
});

export const dropIndexesCommand = new CommandDefinition({
  name: 'dropIndexes',
  aliases: ['deleteIndexes'],
  help: 'Drops indexes.',
  fields: ['index'],
  run: async (operation) => {
    const collection = operation.collectionName();
    const wanted = operation.command.get('index');
    const reply = await operation.writeExisting(async (draft: Draft) => {
      const { catalog } = draft.collection(collection);
      if (catalog === undefined) throw absent(operation.namespace(collection));
      const doomed = chooseIndexes(catalog.indexes, wanted);
      for (const index of doomed) draft.catalog('drop_index', collection, new Map([['name', index.name]]));
      return okReply({
        nIndexesWas: catalog.indexes.length + 1,
        msg: wanted === '*' ? 'non-_id indexes dropped for collection' : undefined,
      });
    });
    if (reply === undefined) throw absent(operation.namespace(collection));
    return reply;
  },
});

function chooseIndexes(
  indexes: readonly IndexDefinition[],
  wanted: Value | undefined,
): readonly IndexDefinition[] {
  if (wanted === undefined) {
    throw new CommandError(40414, `BSON field 'dropIndexes.index' is missing but a required field`);
  }
  if (wanted === '*') return indexes;
  if (Array.isArray(wanted)) return wanted.flatMap((name) => chooseIndexes(indexes, name));
  if (typeof wanted === 'string') {
    if (wanted === '_id_') throw new CommandError('InvalidOptions', 'cannot drop _id index');
    const found = indexes.filter((index) => index.name === wanted);
    if (found.length === 0) throw new CommandError('IndexNotFound', `index not found with name [${wanted}]`);
    return found;
  }
  if (!(wanted instanceof Map)) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field 'dropIndexes.index' is the wrong type, expected a string or an object`,
    );
  }
  if (wanted.size === 1 && wanted.has('_id'))
    throw new CommandError('InvalidOptions', 'cannot drop _id index');
  const found = indexes.filter((index) => valuesEqual(new Map(index.key), wanted));
  if (found.length === 0) throw new CommandError('IndexNotFound', `can't find index with key`);
  if (found.length > 1) {
    throw new CommandError(
      'AmbiguousIndexKeyPattern',
      `${found.length} indexes found for key, identify by name instead`,
    );
  }
  return found;
}

function absent(namespace: string): CommandError {
  return new CommandError('NamespaceNotFound', `ns not found ${namespace}`);
}
