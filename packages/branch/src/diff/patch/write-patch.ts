import { decodeDocument, encodeDocument, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import { applyChanges, documentChanges, type DocumentChange } from '../../document/changes';
import type { CollectionDiff } from '../collection-diff';
import type { CollectionDifference, DocumentDifference } from '../contract';
import type { Diff } from '../diff-service';
import type { PatchChange, PatchDocumentLine, PatchLine } from './contract';
import { lineText, survives } from './line-text';
import { renameOrder, type Rename } from './rename-order';
import { valueAt } from './value-at';

/** A difference as the lines of a patch. Memory is bounded by a batch of documents. */
export async function* patchLines(diff: Diff): AsyncGenerator<string> {
  let lines = 1;
  for await (const line of linesOf(diff)) {
    lines += 1;
    yield lineText(line);
  }
  yield lineText({ op: 'end', lines });
}

/**
 * What is in the way goes first, then collections get their names and options, then documents come, and at last the indexes,
 * which the documents as they are then must allow.
 */
async function* linesOf({ from, to, collections }: Diff): AsyncGenerator<PatchLine> {
  yield { op: 'patch', version: 1, from, to };
  for (const collection of collections) {
    if (collection.pair.after !== undefined) continue;
    yield* documentLines(collection);
    yield { op: 'drop', collection: collection.name };
  }
  yield* renameLines(collections);
  for (const { pair, catalog } of collections) {
    if (pair.after !== undefined) yield* catalogLines(pair.before, pair.after, catalog);
  }
  for (const collection of collections) {
    if (collection.pair.after !== undefined) yield* documentLines(collection);
  }
  for (const { pair, name, catalog } of collections) {
    if (pair.after === undefined) continue;
    const made = pair.before === undefined ? pair.after.indexes : catalog?.indexes.map(({ after }) => after);
    for (const index of made ?? []) {
      if (index === undefined) continue;
      yield { op: 'create-index', collection: name, index: new Map(index.specification) };
    }
  }
}

function* renameLines(collections: readonly CollectionDiff[]): Generator<PatchLine> {
  const names = new Set<string>();
  const renames: Rename[] = [];
  for (const { before, after } of collections.map(({ pair }) => pair)) {
    for (const each of [before, after]) if (each !== undefined) names.add(each.name);
    if (before !== undefined && after !== undefined && before.name !== after.name) {
      renames.push({ from: before.name, to: after.name });
    }
  }
  for (const { from, to } of renameOrder(renames, names)) yield { op: 'rename', collection: from, to };
}

function* catalogLines(
  before: CollectionCatalog | undefined,
  after: CollectionCatalog,
  difference: CollectionDifference | undefined,
): Generator<PatchLine> {
  const { name: collection, type, uuid, options } = after;
  if (before === undefined) {
    yield { op: 'create', collection, type, uuid, options: new Map(options) };
    return;
  }
  if (difference === undefined) return;
  if (difference.optionsChanged) {
    yield { op: 'options', collection, before: new Map(before.options), after: new Map(options) };
  }
  for (const { before: index } of difference.indexes) {
    if (index !== undefined) yield { op: 'drop-index', collection, index: new Map(index.specification) };
  }
}

async function* documentLines(collection: CollectionDiff): AsyncGenerator<PatchLine> {
  for await (const batch of collection.documents()) yield* batch.map(documentLine);
}

function documentLine({ collection, id, before, after }: DocumentDifference): PatchDocumentLine {
  if (before === undefined) return { op: 'insert', collection, id, document: after!.bytes };
  if (after === undefined) return { op: 'delete', collection, id, document: before.bytes };
  const old = decodeDocument(before.bytes);
  const changes = documentChanges(old, decodeDocument(after.bytes));
  const line: PatchDocumentLine = {
    op: 'update',
    collection,
    id,
    changes: changes.map((change) => withLength(change, old)),
  };
  const isExact = Buffer.compare(encodeDocument(applyChanges(old, changes)), after.bytes) === 0;
  return isExact && survives(line)
    ? line
    : { op: 'replace', collection, id, before: before.bytes, after: after.bytes };
}

function withLength(change: DocumentChange, document: Doc): PatchChange {
  if (!('at' in change)) return change;
  return { ...change, length: (valueAt(document, change.path) as readonly Value[]).length };
}
