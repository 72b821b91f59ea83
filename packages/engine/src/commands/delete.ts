import { decodeDocument, isNumber, toNumber, type Doc, type Value, type Collation } from '@argon/bson';
import type { Variables } from '../aggregate/expression/expression';
import {
  checkCollationType,
  collationIn,
  wantedCollation,
  type WantedCollation,
} from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { compileFilter, type FilterOptions, type Matcher } from '../match/compile';
import { notRetryable } from '../session/retryable-write';
import { chooseAccessPath } from '../plan/access-path';
import { readHint } from '../plan/hint';
import { select } from '../plan/select';
import { refuseAbsentText } from '../plan/text-index';
import { refuseSystemCollection, refuseView } from '../stored-views/refuse';
import type { Draft } from '../write/draft';
import { CommandDefinition } from './definition';
import { letVariablesOrError } from './let';
import { statementFields } from './statement';
import { errorsOf, writeError } from './write-error';

export interface DeleteStatement {
  /** The matcher for a collation, once it is known which. */
  readonly matcher: (collation: Collation | undefined) => Matcher;
  readonly collation: WantedCollation;
  readonly justOne: boolean;
  readonly hint: Value | undefined;
}

/** A filter, compiled at once to tell its mistakes, and again if the collection turns out to have a collation. */
export function matcherByCollation(
  filter: Doc,
  wanted: WantedCollation,
  options: FilterOptions,
): DeleteStatement['matcher'] {
  const first = compileFilter(filter, { ...options, collation: collationIn(wanted, undefined) });
  return (collation) =>
    collation === first.collation ? first : compileFilter(filter, { ...options, collation });
}

/** Every statement is a commit of its own, as with updates. */
export const deleteCommand = new CommandDefinition({
  name: 'delete',
  help: 'Deletes documents.',
  fields: ['deletes', 'ordered', 'let'],
  run: async (operation) => {
    const collection = operation.collectionName();
    refuseSystemCollection(collection, operation.database);
    const ordered = operation.command.get('ordered') !== false;
    const variables = letVariablesOrError(operation);
    const statements = operation
      .requiredArray('deletes')
      .map((bytes) => compile(decodeDocument(bytes), variables, operation));
    const { retryable } = operation;
    retryable?.checkCount(statements.length);
    const work = async (draft: Draft) => {
      const errors: Value[] = [];
      let deleted = 0;
      for (let i = 0; i < statements.length; i++) {
        const savepoint = draft.savepoint();
        try {
          const statement = statements[i]!;
          if (statement instanceof Error) throw statement;
          if (retryable !== undefined && !statement.justOne) throw notRetryable('limit=0');
          if (retryable?.executed(i) !== undefined) {
            deleted++;
            continue;
          }
          const removed = await runDelete(draft, collection, statement, operation);
          if (removed > 0) retryable?.done(i);
          deleted += removed;
          draft.seal(operation.context.actor);
        } catch (error) {
          draft.rollback(savepoint);
          errors.push(writeError(i, error));
          if (ordered) break;
        }
      }
      return okReply({
        n: deleted,
        writeErrors: errors.length > 0 ? errors : undefined,
        retriedStmtIds: retryable?.retriedField,
      });
    };
    const { activity } = operation.engine;
    activity.operations.delete += statements.length;
    const reply = await operation.writeExisting(work);
    if (reply !== undefined) {
      activity.documents.deleted += reply.get('n') as number;
      return reply;
    }
    const view = await operation.view(collection);
    const errors = errorsOf(statements, ordered, (statement) => {
      refuseAbsentText(view, statement.matcher(undefined), operation.database);
    });
    return okReply({ n: 0, writeErrors: errors });
  },
});

function compile(
  fields: Doc,
  variables: Variables | CommandError | undefined,
  operation: Operation,
): DeleteStatement | Error {
  statementFields(fields, 'delete.deletes', ['q', 'limit', 'collation', 'hint'], ['q', 'limit']);
  const limit = fields.get('limit')!;
  const count = isNumber(limit) ? toNumber(limit) : NaN;
  if (count !== 0 && count !== 1) {
    throw new CommandError(
      'FailedToParse',
      `The limit field in delete objects must be 0 or 1. Got ${String(limit)}`,
    );
  }
  if (variables instanceof CommandError) return variables;
  checkCollationType(fields.get('collation'), 'delete.deletes.collation');
  try {
    const wanted = wantedCollation(fields.get('collation'));
    const matcher = matcherByCollation(fields.get('q') as Doc, wanted, {
      now: operation.started,
      ...(variables === undefined ? {} : { variables }),
    });
    return { matcher, collation: wanted, justOne: count === 1, hint: fields.get('hint') };
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

export async function runDelete(
  draft: Draft,
  collection: string,
  statement: DeleteStatement,
  operation: Operation,
): Promise<number> {
  const view = draft.collection(collection);
  refuseView(view, operation.namespace(collection));
  const { justOne } = statement;
  const matcher = statement.matcher(collationIn(statement.collation, view.catalog));
  refuseAbsentText(view, matcher, operation.database);
  const hint = readHint(view, statement.hint);
  const path = await chooseAccessPath(view, matcher, { hint, limit: justOne ? 1 : 0 });
  const options = { check: () => operation.checkTime(), wanted: justOne ? 1 : 0 };
  let deleted = 0;
  for await (const selection of select(view, matcher, path, options)) {
    for (let i = 0; i < selection.refs.length; i++) {
      await draft.remove(collection, { ...selection.refs[i]!, bytes: selection.documents[i]! });
      deleted++;
      if (justOne) return deleted;
    }
  }
  return deleted;
}
