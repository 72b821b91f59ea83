import { decodeDocument, documentAt, findElement, type Doc } from '@argon/bson';
import { wantedCollation } from '../../collation/wanted-collation';
import { CommandError } from '../../handler/errors';
import { checkDocument, checkTypes, truth, whole, type ArgumentRules } from '../../handler/arguments';
import type { Operation } from '../../handler/operation';
import { refuseSystemCollection } from '../../stored-views/refuse';
import { matcherByCollation, type DeleteStatement } from '../delete';
import { prepareInsert, type Prepared } from '../insert';
import { UpdateStatement } from '../update-statement';

/** One element of `ops`, ready to be carried out; an error is what its result tells. */
export type BulkOperation = { readonly collection: string } & (
  | { readonly kind: 'insert'; readonly work: Prepared | CommandError }
  | { readonly kind: 'update'; readonly work: UpdateStatement | CommandError }
  | { readonly kind: 'delete'; readonly work: DeleteStatement | CommandError }
);

/** What a bulkWrite is about: one branch, and what to do on it. */
export interface BulkRequest {
  readonly database: string;
  readonly operations: readonly BulkOperation[];
}

const FIELDS: Readonly<Record<string, ArgumentRules>> = {
  insert: { insert: 'safeInt', document: 'object' },
  update: {
    update: 'safeInt',
    filter: 'object',
    updateMods: 'any',
    multi: 'safeBool',
    upsert: 'safeBool',
    upsertSupplied: 'safeBool',
    arrayFilters: 'array',
    constants: 'object',
    collation: 'object',
    hint: 'any',
    sort: 'object',
  },
  delete: { delete: 'safeInt', filter: 'object', multi: 'safeBool', collation: 'object', hint: 'any' },
};
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  insert: ['document'],
  update: ['filter', 'updateMods'],
  delete: ['filter'],
};

/** Reads `ops` and `nsInfo`. @throws CommandError for what cannot be read, or namespaces of several branches */
export function readBulk(operation: Operation): BulkRequest {
  const namespaces = operation.requiredArray('nsInfo').map((bytes) => readNamespace(decodeDocument(bytes)));
  const given = operation.requiredArray('ops');
  if (given.length === 0 || given.length > 100_000) {
    throw new CommandError(
      'InvalidLength',
      `Write batch sizes must be between 1 and 100000. Got ${given.length} operations.`,
    );
  }
  const databases = new Set(namespaces.map(({ database }) => database));
  if (databases.size > 1) {
    throw new CommandError(
      'CommandNotSupported',
      `bulkWrite on several databases or branches (${[...databases].join(', ')}) is not supported; one commit belongs to one branch`,
    );
  }
  const variables = operation.optionalDocument('let');
  const operations = given.map((bytes, at) => {
    const fields = decodeDocument(bytes);
    const kind = [...fields.keys()][0] ?? '';
    const rules = Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : undefined;
    if (rules === undefined) {
      throw new CommandError(
        'BadValue',
        `Unrecognized bulk write operation '${kind}': it has to be insert, update or delete`,
      );
    }
    checkDocument(fields, `bulkWrite.ops.${at}`, rules, REQUIRED[kind]);
    const namespace = namespaces[whole(fields.get(kind)) ?? -1];
    if (namespace === undefined) {
      throw new CommandError('BadValue', `BulkWrite ops entry ${at} has an invalid nsInfo index.`);
    }
    refuseSystemCollection(namespace.collection, namespace.database);
    return readOperation(kind, fields, namespace.collection, variables, operation, bytes);
  });
  return { database: [...databases][0]!, operations };
}

function readNamespace(fields: Doc): { database: string; collection: string } {
  checkTypes(fields, 'bulkWrite.nsInfo', { ns: 'string' }, ['ns']);
  const namespace = fields.get('ns') as string;
  const dot = namespace.indexOf('.');
  if (dot < 1 || dot === namespace.length - 1) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified for bulkWrite: '${namespace}'`);
  }
  for (const field of ['collectionUUID', 'encryptionInformation']) {
    if (fields.has(field))
      throw new CommandError('CommandNotSupported', `bulkWrite's '${field}' is not supported`);
  }
  return { database: namespace.slice(0, dot), collection: namespace.slice(dot + 1) };
}

function readOperation(
  kind: string,
  fields: Doc,
  collection: string,
  variables: Doc | undefined,
  operation: Operation,
  bytes: Uint8Array,
): BulkOperation {
  switch (kind) {
    case 'insert':
      return { kind, collection, work: prepareInsert(documentAt(bytes, findElement(bytes, 'document')!)) };
    case 'update':
      return { kind, collection, work: orError(() => updateOf(fields, variables, operation)) };
    default:
      return { kind: 'delete', collection, work: orError(() => deleteOf(fields, variables, operation)) };
  }
}

function updateOf(fields: Doc, variables: Doc | undefined, operation: Operation): UpdateStatement {
  if (fields.has('sort')) {
    throw new CommandError('CommandNotSupported', "bulkWrite's option 'sort' of an update is not supported");
  }
  const update = fields.get('updateMods')!;
  if (!(update instanceof Map) && !Array.isArray(update)) {
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  }
  return new UpdateStatement(
    {
      filter: fields.get('filter') as Doc,
      update,
      multi: truth(fields.get('multi')),
      upsert: truth(fields.get('upsert')),
      arrayFilters: fields.get('arrayFilters') as Doc[] | undefined,
      collation: wantedCollation(fields.get('collation')),
      hint: fields.get('hint'),
      constants: fields.get('constants') as Doc | undefined,
      variables,
    },
    operation.started,
  );
}

function deleteOf(fields: Doc, variables: Doc | undefined, operation: Operation): DeleteStatement {
  const collation = wantedCollation(fields.get('collation'));
  const matcher = matcherByCollation(fields.get('filter') as Doc, collation, {
    now: operation.started,
    ...(variables === undefined ? {} : { variables }),
  });
  return { matcher, collation, justOne: !truth(fields.get('multi')), hint: fields.get('hint') };
}

function orError<T>(make: () => T): T | CommandError {
  try {
    return make();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}
