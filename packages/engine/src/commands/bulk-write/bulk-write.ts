import { encodeDocument, makeDouble, type Doc, type Value } from '@argon/bson';
import type { Entry } from '@argon/wal';
import { Command } from '../../handler/command';
import { CommandError } from '../../handler/errors';
import type { Operation } from '../../handler/operation';
import { notRetryable, upsertedId } from '../../session/retryable-write';
import { nonNegativeValue } from '../find';
import type { Draft } from '../../write/draft';
import { cursorReply } from '../cursor-reply';
import { runDelete } from '../delete';
import { CommandDefinition } from '../definition';
import { runUpdate } from '../update';
import { writeError } from '../write-error';
import { readBulk, type BulkOperation } from './operations';

/** What came of the operations together. */
interface Totals {
  nErrors: number;
  nInserted: number;
  nMatched: number;
  nModified: number;
  nUpserted: number;
  nDeleted: number;
}

/**
 * MongoDB 8.0's command for writes of several kinds to several collections, here of one branch. As with the commands for
 * one kind, each update and each delete is a commit, and what is inserted in a row is one.
 */
export const bulkWriteCommand = new CommandDefinition({
  name: 'bulkWrite',
  help: 'Writes to several collections of a branch.',
  adminOnly: true,
  fields: [
    'ops',
    'nsInfo',
    'ordered',
    'errorsOnly',
    'bypassDocumentValidation',
    'bypassEmptyTsReplacement',
    'cursor',
    'let',
  ],
  run: async (operation) => {
    const { database, operations } = readBulk(operation);
    const ordered = operation.command.get('ordered') !== false;
    const errorsOnly = operation.optionalBoolean('errorsOnly');
    const there = operation.within(
      Command.from(
        { bulkWrite: 1, bypassDocumentValidation: operation.optionalBoolean('bypassDocumentValidation') },
        database,
      ),
    );
    there.retryable = operation.retryable;
    operation.retryable?.checkCount(operations.length);
    const work = (draft: Draft) => carryOut(draft, operations, ordered, there);
    const { totals, results } = await there.write(work);
    count(operation, totals, operations);
    const shown = errorsOnly ? results.filter((result) => result.has('code')) : results;
    const size = operation.optionalDocument('cursor')?.get('batchSize');
    const reply = await cursorReply(operation, {
      stream: once(shown)[Symbol.asyncIterator](),
      namespace: 'admin.$cmd.bulkWrite',
      firstBatch:
        size === undefined
          ? Infinity
          : nonNegativeValue(size, "BSON field 'batchSize'", () =>
              operation.wrongType('cursor.batchSize', size, 'number'),
            ),
    });
    return new Map<string, Value>([
      ['cursor', reply.get('cursor') as Value],
      ...Object.entries(totals),
      ...retried(operation),
      ['ok', makeDouble(1)],
    ]);
  },
});

function retried({ retryable }: Operation): [string, Value][] {
  return retryable?.retriedField === undefined ? [] : [['retriedStmtIds', retryable.retriedField]];
}

interface Outcome {
  readonly totals: Totals;
  /** One for each operation that was tried. */
  readonly results: readonly Doc[];
}

async function carryOut(
  draft: Draft,
  operations: readonly BulkOperation[],
  ordered: boolean,
  operation: Operation,
): Promise<Outcome> {
  const totals: Totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const results: Doc[] = [];
  for (const [at, each] of operations.entries()) {
    if ((at & 127) === 127) operation.checkTime();
    const savepoint = draft.savepoint();
    try {
      const fields = await carryOutOne(draft, each, at, operation, totals);
      results.push(new Map<string, Value>([['ok', makeDouble(1)], ['idx', at], ...fields]));
    } catch (error) {
      draft.rollback(savepoint);
      results.push(failed(at, each, error));
      totals.nErrors += 1;
      if (ordered) break;
    }
  }
  return { totals, results };
}

async function carryOutOne(
  draft: Draft,
  { kind, collection, work }: BulkOperation,
  at: number,
  operation: Operation,
  totals: Totals,
): Promise<(readonly [string, Value])[]> {
  if (work instanceof CommandError) throw work;
  const { retryable } = operation;
  const before = retryable?.executed(at)?.entry;
  switch (kind) {
    case 'insert': {
      if (before === undefined) {
        await draft.insert(collection, work.bytes, work.id);
        retryable?.done(at);
      }
      totals.nInserted += 1;
      return [['n', 1]];
    }
    case 'update': {
      // What was inserted before is a commit of its own.
      draft.seal(operation.context.actor);
      if (retryable !== undefined && work.multi) throw notRetryable('multi=true');
      const {
        matched,
        modified,
        upsertedId: made,
      } = before === undefined ? await runUpdate(draft, collection, work, operation) : updatedBefore(before);
      if (before === undefined && (modified > 0 || made !== undefined)) retryable?.done(at);
      draft.seal(operation.context.actor);
      totals.nMatched += matched;
      totals.nModified += modified;
      if (made === undefined)
        return [
          ['n', matched],
          ['nModified', modified],
        ];
      totals.nUpserted += 1;
      return [
        ['n', 1],
        ['nModified', modified],
        ['upserted', new Map([['_id', made]])],
      ];
    }
    case 'delete': {
      draft.seal(operation.context.actor);
      if (retryable !== undefined && !work.justOne) throw notRetryable('multi=true');
      const deleted = before === undefined ? await runDelete(draft, collection, work, operation) : 1;
      if (before === undefined && deleted > 0) retryable?.done(at);
      draft.seal(operation.context.actor);
      totals.nDeleted += deleted;
      return [['n', deleted]];
    }
  }
}

/** What an update did when its client tried it first. */
function updatedBefore(entry: Entry): { matched: number; modified: number; upsertedId: Value | undefined } {
  if (entry.operation === 'insert') return { matched: 0, modified: 0, upsertedId: upsertedId(entry) };
  return { matched: 1, modified: 1, upsertedId: undefined };
}

function failed(at: number, { kind }: BulkOperation, error: unknown): Doc {
  const [, ...described] = writeError(at, error) as Doc;
  const result = new Map<string, Value>([['ok', makeDouble(0)], ['idx', at], ...described, ['n', 0]]);
  return kind === 'update' ? result.set('nModified', 0) : result;
}

function count({ engine }: Operation, totals: Totals, operations: readonly BulkOperation[]): void {
  const { documents, operations: counted } = engine.activity;
  documents.inserted += totals.nInserted + totals.nUpserted;
  documents.updated += totals.nModified;
  documents.deleted += totals.nDeleted;
  for (const { kind } of operations) counted[kind] += 1;
}

async function* once(documents: readonly Doc[]): AsyncGenerator<readonly Uint8Array[]> {
  if (documents.length > 0) yield documents.map((document) => encodeDocument(document));
}
