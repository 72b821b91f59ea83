import { decodeDocument, documentId, encodeDocument, type Doc, type Value } from '@argon/bson';
import type { Variables } from '../aggregate/expression/expression';
import { checkCollationType, wantedCollation } from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { withoutIndex } from '../match/operators/text';
import { notRetryable, upsertedAt, upsertedId } from '../session/retryable-write';
import { chooseAccessPath } from '../plan/access-path';
import { readHint } from '../plan/hint';
import { select } from '../plan/select';
import { refuseAbsentText } from '../plan/text-index';
import type { StoredRecord } from '../view/collection-view';
import { refuseSystemCollection, refuseView } from '../stored-views/refuse';
import type { Draft } from '../write/draft';
import { CommandDefinition } from './definition';
import { letVariablesOrError } from './let';
import { statementFields } from './statement';
import { UpdateStatement } from './update-statement';
import { errorsOf, writeError } from './write-error';

const FIELDS = ['q', 'u', 'c', 'multi', 'upsert', 'upsertSupplied', 'collation', 'arrayFilters', 'hint'];

/**
 * Every statement is a commit of its own, so each leaves a state in history that can be read and undone; a statement
 * that fails leaves nothing (mongod would keep what a multi-update had done by then).
 */
export const updateCommand = new CommandDefinition({
  name: 'update',
  help: 'Updates documents.',
  fields: ['updates', 'ordered', 'bypassDocumentValidation', 'let', 'bypassEmptyTsReplacement'],
  run: async (operation) => {
    const collection = operation.collectionName();
    refuseSystemCollection(collection, operation.database);
    const ordered = operation.command.get('ordered') !== false;
    const variables = letVariablesOrError(operation);
    const given = operation.requiredArray('updates').map((bytes) => decodeDocument(bytes));
    const statements = given.map((fields) => compile(fields, variables, operation));
    const { activity } = operation.engine;
    activity.operations.update += statements.length;
    const { retryable } = operation;
    retryable?.checkCount(given.length);
    const anyUpsert = given.some((fields) => fields.get('upsert') === true);
    const work = async (draft: Draft) => {
      const errors: Value[] = [];
      const upserted: Value[] = [];
      let matched = 0;
      let modified = 0;
      for (let i = 0; i < statements.length; i++) {
        const savepoint = draft.savepoint();
        try {
          const statement = statements[i]!;
          if (statement instanceof Error) throw statement;
          if (retryable !== undefined && statement.multi) throw notRetryable('multi=true');
          const before = retryable?.executed(i)?.entry;
          if (before !== undefined) {
            if (before.operation === 'insert') upserted.push(upsertedAt(i, upsertedId(before)));
            else matched++;
            if (before.operation === 'update') modified++;
            continue;
          }
          const result = await runUpdate(draft, collection, statement, operation);
          if (result.modified > 0 || result.upsertedId !== undefined) retryable?.done(i);
          draft.seal(operation.context.actor);
          matched += result.matched;
          modified += result.modified;
          if (result.upsertedId !== undefined) upserted.push(upsertedAt(i, result.upsertedId));
        } catch (error) {
          draft.rollback(savepoint);
          errors.push(writeError(i, error));
          if (ordered) break;
        }
      }
      return okReply({
        n: matched + upserted.length,
        writeErrors: errors.length > 0 ? errors : undefined,
        retriedStmtIds: retryable?.retriedField,
        upserted: upserted.length > 0 ? upserted : undefined,
        nModified: modified,
      });
    };
    const reply = anyUpsert ? await operation.write(work) : await operation.writeExisting(work);
    if (reply === undefined) {
      const view = await operation.view(collection);
      const writeErrors = errorsOf(statements, ordered, ({ matcher }) => {
        refuseAbsentText(view, matcher, operation.database);
      });
      return okReply({ n: 0, writeErrors, nModified: 0 });
    }
    activity.documents.updated += reply.get('nModified') as number;
    activity.documents.inserted += (reply.get('upserted') as Value[] | undefined)?.length ?? 0;
    return reply;
  },
});

function compile(
  fields: Doc,
  variables: Variables | CommandError | undefined,
  operation: Operation,
): UpdateStatement | Error {
  statementFields(fields, 'update.updates', FIELDS, ['q', 'u']);
  if (variables instanceof CommandError) return variables;
  checkCollationType(fields.get('collation'), 'update.updates.collation');
  try {
    return new UpdateStatement(
      {
        filter: fields.get('q') as Doc,
        update: fields.get('u') as Doc | Value[],
        multi: fields.get('multi') === true,
        upsert: fields.get('upsert') === true,
        arrayFilters: fields.get('arrayFilters') as Doc[] | undefined,
        collation: wantedCollation(fields.get('collation')),
        hint: fields.get('hint'),
        constants: fields.get('c') as Doc | undefined,
        variables,
      },
      operation.started,
    );
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

export interface UpdateResult {
  readonly matched: number;
  readonly modified: number;
  readonly upsertedId: Value | undefined;
}

export async function runUpdate(
  draft: Draft,
  collection: string,
  given: UpdateStatement,
  operation: Operation,
): Promise<UpdateResult> {
  const view = draft.collection(collection);
  refuseView(view, operation.namespace(collection));
  const statement = given.in(view.catalog);
  if (statement.upsert && view.collection === undefined && statement.matcher.text !== undefined) {
    // mongod has made the collection by now.
    throw withoutIndex();
  }
  refuseAbsentText(view, statement.matcher, operation.database);
  let matched = 0;
  let modified = 0;
  const wanted = statement.multi ? 0 : 1;
  const hint = readHint(view, statement.hint);
  const path = await chooseAccessPath(view, statement.matcher, { hint, limit: wanted });
  const options = { check: () => operation.checkTime(), wanted };
  for await (const selection of select(view, statement.matcher, path, options)) {
    for (let i = 0; i < selection.refs.length; i++) {
      const record: StoredRecord = { ...selection.refs[i]!, bytes: selection.documents[i]! };
      matched++;
      const bytes = statement.apply(record.bytes);
      if (bytes !== undefined) {
        await draft.update(collection, record, bytes, statement.form);
        modified++;
      }
      if (!statement.multi) return { matched, modified, upsertedId: undefined };
    }
  }
  if (matched > 0 || !statement.upsert) return { matched, modified, upsertedId: undefined };
  const document = encodeDocument(statement.insertion());
  await draft.insert(collection, document);
  return { matched: 0, modified: 0, upsertedId: documentId(document) };
}
