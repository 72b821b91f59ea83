import {
  ObjectId,
  decodeDocument,
  documentId,
  encodeDocument,
  idKey,
  withIdFirst,
  type Collation,
  type Doc,
  type Value,
} from '@argon/bson';
import { withContext } from '../aggregate/expression/scope';
import type { MergeWrites, PipelineWrites } from '../aggregate/stage/stage';
import { defaultCollation, indexCollation } from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { compileFilter } from '../match/compile';
import { chooseAccessPath } from '../plan/access-path';
import { select } from '../plan/select';
import type { StoredRecord } from '../view/collection-view';
import { onView, refuseView } from '../stored-views/refuse';
import { isView } from '../stored-views/resolve';
import { isCapped } from './capped-rooms';
import type { Draft } from './draft';

/** Writes what a pipeline ending in `$out` or `$merge` yields, as one commit of the addressed branch. */
export async function writePipeline(
  draft: Draft,
  writes: PipelineWrites,
  source: AsyncIterable<readonly Doc[]>,
  operation: Operation,
  collation: Collation | undefined,
): Promise<void> {
  if (writes.database !== undefined && writes.database !== operation.database) {
    throw new CommandError(
      'CommandNotSupported',
      `$${writes.kind} into another database or branch ('${writes.database}') is not supported; one commit belongs to one branch`,
    );
  }
  // All results first: the pipeline may read the very collection it writes.
  const documents: Doc[] = [];
  for await (const batch of source) documents.push(...batch);
  try {
    if (writes.kind === 'out')
      await replaceCollection(draft, writes.collection, documents, operation.database);
    else await mergeInto(draft, writes, documents, operation, collation);
  } catch (error) {
    throw toldOfWrites(error, writes);
  }
}

/** A duplicate key as mongod tells of it: of the stage that met it, and of the aggregation. */
function toldOfWrites(error: unknown, writes: PipelineWrites): unknown {
  if (!(error instanceof CommandError) || error.codeName !== 'DuplicateKey') return error;
  const stage =
    writes.kind === 'out'
      ? error
      : withContext(
          error,
          writes.whenMatched === 'fail' && isOn(error, writes)
            ? "$merge with whenMatched: fail found an existing document with the same values for the 'on' fields"
            : '$merge failed due to a DuplicateKey error',
        );
  return withContext(stage, 'PlanExecutor error during aggregation');
}

/**
 * `$out` leaves the collection holding exactly these documents. Documents that stay as they were get no entry, so
 * history shows what changed and nothing else.
 */
async function replaceCollection(
  draft: Draft,
  collection: string,
  documents: readonly Doc[],
  database: string,
): Promise<void> {
  const { catalog } = draft.collection(collection);
  const namespace = `${database}.${collection}`;
  if (isView(catalog)) throw onView(namespace);
  if (catalog !== undefined && isCapped(catalog)) {
    throw new CommandError(17152, `namespace '${namespace}' is capped so it can't be used for $out`);
  }
  draft.ensureCollection(collection);
  const wanted = new Map<string, Uint8Array>();
  for (const document of documents) {
    const bytes = identified(document);
    const key = idKey(documentId(bytes));
    if (wanted.has(key)) {
      throw draft.duplicateId(collection, documentId(bytes) as Value);
    }
    wanted.set(key, bytes);
  }
  for await (const { refs, documents: present } of draft.collection(collection).scan()) {
    for (let i = 0; i < refs.length; i++) {
      const record: StoredRecord = { ...refs[i]!, bytes: present[i]! };
      const key = idKey(documentId(record.bytes));
      const bytes = wanted.get(key);
      if (bytes === undefined) await draft.remove(collection, record);
      else if (Buffer.compare(bytes, record.bytes) !== 0)
        await draft.update(collection, record, bytes, 'replacement');
      wanted.delete(key);
    }
  }
  for (const bytes of wanted.values()) await draft.insert(collection, bytes);
}

/** Whether the key that is there twice is the one that documents are matched by. */
function isOn(error: CommandError, { on }: MergeWrites): boolean {
  const pattern = error.extra?.get('keyPattern');
  return pattern instanceof Map && pattern.size === on.length && on.every((field) => pattern.has(field));
}

async function mergeInto(
  draft: Draft,
  writes: MergeWrites,
  documents: readonly Doc[],
  operation: Operation,
  collation: Collation | undefined,
): Promise<void> {
  const { collection } = writes;
  refuseView(draft.collection(collection), operation.namespace(collection));
  checkIdentity(draft, writes, collation);
  for (const incoming of documents) {
    const existing = await findExisting(draft, writes, incoming, operation, collation);
    if (existing !== undefined) await mergeMatched(draft, writes, existing, incoming);
    else if (writes.whenNotMatched === 'insert') await draft.insert(collection, identified(incoming));
    else if (writes.whenNotMatched === 'fail') {
      throw new CommandError(
        13113,
        '$merge could not find a matching document in the target collection for at least one document in the source collection',
      );
    }
  }
}

/** mongod asks for a unique index on the `on` fields, so that at most one document can match. */
function checkIdentity(draft: Draft, writes: MergeWrites, collation: Collation | undefined): void {
  const { catalog } = draft.collection(writes.collection);
  const isById = writes.on.length === 1 && writes.on[0] === '_id';
  if (isById && (catalog === undefined || defaultCollation(catalog) === collation)) return;
  const wanted = new Set(writes.on);
  const indexes = catalog?.indexes ?? [];
  const covered = indexes.some(
    (index) =>
      index.unique &&
      index.partial === undefined &&
      indexCollation(index) === collation &&
      index.key.size === wanted.size &&
      [...index.key.keys()].every((field) => wanted.has(field)),
  );
  if (!covered) throw new CommandError(51190, 'Cannot find index to verify that join fields will be unique');
}

async function findExisting(
  draft: Draft,
  writes: MergeWrites,
  incoming: Doc,
  operation: Operation,
  collation: Collation | undefined,
): Promise<StoredRecord | undefined> {
  const view = draft.collection(writes.collection);
  const filter: Doc = new Map();
  for (const field of writes.on) {
    const value = fieldAt(incoming, field);
    if (value === undefined && field === '_id') return undefined;
    if (value === undefined || value === null || Array.isArray(value)) {
      throw new CommandError(
        51132,
        `$merge write error: 'on' field cannot be missing, null, undefined or an array`,
      );
    }
    filter.set(field, new Map([['$eq', value]]));
  }
  const matcher = compileFilter(filter, { now: operation.started, collation });
  const path = await chooseAccessPath(view, matcher, { limit: 1 });
  const options = { check: () => operation.checkTime(), wanted: 1 };
  const found = await select(view, matcher, path, options).next();
  return found.done === true ? undefined : { ...found.value.refs[0]!, bytes: found.value.documents[0]! };
}

async function mergeMatched(
  draft: Draft,
  writes: MergeWrites,
  existing: StoredRecord,
  incoming: Doc,
): Promise<void> {
  if (writes.whenMatched === 'keepExisting') return;
  if (writes.whenMatched === 'fail') {
    // Whatever unique index it is found by, there is a key that the incoming document may not have as well.
    return draft.insert(writes.collection, identified(incoming));
  }
  const present = decodeDocument(existing.bytes);
  const merged = combine(writes, present, incoming);
  const id = present.get('_id')!;
  if (merged.has('_id') && idKey(merged.get('_id')) !== idKey(id)) {
    throw new CommandError(
      'ImmutableField',
      `$merge failed to update the matching document, did you attempt to modify the _id or the shard key?`,
    );
  }
  const document: Doc = new Map<string, Value>([['_id', id]]);
  for (const [field, value] of merged) if (field !== '_id') document.set(field, value);
  const bytes = encodeDocument(document);
  if (Buffer.compare(bytes, existing.bytes) === 0) return;
  // Merging is what mongod does by a pipeline as well.
  const form = writes.whenMatched === 'replace' ? 'replacement' : 'pipeline';
  await draft.update(writes.collection, existing, bytes, form);
}

function combine(writes: MergeWrites, present: Doc, incoming: Doc): Doc {
  if (writes.whenMatched === 'pipeline') return writes.update!(present, incoming);
  if (writes.whenMatched === 'replace') return incoming;
  return new Map([...present, ...incoming]);
}

function fieldAt(document: Doc, path: string): Value | undefined {
  let value: Value | undefined = document;
  for (const name of path.split('.')) value = value instanceof Map ? value.get(name) : undefined;
  return value;
}

function identified(document: Doc): Uint8Array {
  return withIdFirst(encodeDocument(document), document.has('_id') ? undefined : new ObjectId());
}
