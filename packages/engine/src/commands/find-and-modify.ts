import { RawDocument, documentId, encodeDocument, type Doc, type Value } from '@argon/bson';
import type { DocumentMetadata } from '../aggregate/metadata';
import { collationIn, commandCollation } from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import type { Reply } from '../handler/contract';
import { compileFilter, type FilterOptions, type Matcher } from '../match/compile';
import { FindPlan } from '../plan/find-plan';
import { readHint } from '../plan/hint';
import { refuseAbsentText } from '../plan/text-index';
import { upsertedId, type ExecutedStatement } from '../session/retryable-write';
import { compileProjection, type Projector } from '../project/compile';
import { refuseSystemCollection, refuseView } from '../stored-views/refuse';
import type { StoredRecord } from '../view/collection-view';
import type { Draft } from '../write/draft';
import { CommandDefinition } from './definition';
import { letVariables } from './let';
import { UpdateStatement } from './update-statement';

export const findAndModifyCommand = new CommandDefinition({
  name: 'findAndModify',
  aliases: ['findandmodify'],
  help: 'Updates or removes one document and returns it.',
  fields: [
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'bypassDocumentValidation',
    'collation',
    'arrayFilters',
    'hint',
    'let',
  ],
  run: async (operation) => {
    const collection = operation.collectionName();
    refuseSystemCollection(collection, operation.database);
    const remove = operation.optionalBoolean('remove');
    const upsert = operation.optionalBoolean('upsert');
    const returnNew = operation.optionalBoolean('new');
    const update = operation.command.get('update');
    checkArguments(remove, upsert, returnNew, update);
    const filter = operation.optionalDocument('query') ?? (new Map() as Doc);
    const variables = letVariables(operation);
    const arrayFilters = operation.command.get('arrayFilters') as Doc[] | undefined;
    const wanted = commandCollation(operation.command);
    const options = {
      now: operation.started,
      collation: collationIn(wanted, undefined),
      ...(variables === undefined ? {} : { variables }),
    };
    const firstStatement = remove
      ? undefined
      : new UpdateStatement(
          {
            filter,
            update: update as Doc | Value[],
            multi: false,
            upsert,
            arrayFilters,
            collation: wanted,
            variables,
          },
          operation.started,
        );
    const firstMatcher = firstStatement?.matcher ?? compileFilter(filter, options);
    const fields = operation.optionalDocument('fields');
    const firstProjector = projectorOf(fields, options);
    const { retryable } = operation;
    const work = async (draft: Draft): Promise<Reply> => {
      const executed = retryable?.executed(0);
      if (executed !== undefined) return retriedReply(executed, { remove, upsert }, retryable!.retried[0]!);
      const { catalog } = draft.collection(collection);
      const collation = collationIn(wanted, catalog);
      const isAsCompiled = collation === options.collation;
      const statement = firstStatement?.in(catalog);
      const matcher = isAsCompiled
        ? firstMatcher
        : (statement?.matcher ?? compileFilter(filter, { ...options, collation }));
      const projector =
        isAsCompiled || firstProjector === undefined
          ? firstProjector
          : projectorOf(fields, { ...options, collation });
      const found = await firstMatch(draft, collection, operation, filter, matcher, projector);
      if (found === undefined) {
        if (statement === undefined || !upsert) return reply(remove, 0, null, undefined);
        const document = encodeDocument(statement.insertion());
        await draft.insert(collection, document);
        retryable?.done(0, returnNew ? 'after' : 'before');
        const value = returnNew ? shown(document, projector, matcher) : null;
        return reply(false, 1, value, documentId(document));
      }
      // What is known of the document as it was found is told of it as it becomes, too.
      const { record, metadata } = found;
      if (statement === undefined) {
        await draft.remove(collection, record);
        retryable?.done(0, 'before');
        return reply(true, 1, shown(record.bytes, projector, matcher, metadata), undefined);
      }
      const bytes = statement.apply(record.bytes);
      if (bytes !== undefined) {
        await draft.update(collection, record, bytes, statement.form);
        retryable?.done(0, returnNew ? 'after' : 'before');
      }
      return reply(
        false,
        1,
        shown(returnNew ? (bytes ?? record.bytes) : record.bytes, projector, matcher, metadata),
        undefined,
        true,
      );
    };
    if (upsert) return operation.write(work);
    const found = await operation.writeExisting(work);
    if (found !== undefined) return found;
    refuseAbsentText(await operation.view(collection), firstMatcher, operation.database);
    return reply(remove, 0, null, undefined);
  },
});

function checkArguments(
  remove: boolean,
  upsert: boolean,
  returnNew: boolean,
  update: Value | undefined,
): void {
  if (remove) {
    if (update !== undefined) {
      throw new CommandError('FailedToParse', 'Cannot specify both an update and remove=true');
    }
    if (upsert) throw new CommandError('FailedToParse', 'Cannot specify both upsert=true and remove=true ');
    if (returnNew) {
      throw new CommandError(
        'FailedToParse',
        "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
      );
    }
  } else if (update === undefined) {
    throw new CommandError('FailedToParse', 'Either an update or remove=true must be specified');
  }
}

/**
 * Unlike a find's, it may name metadata that no document has here: fields are left out then.
 * @throws CommandError for what mongod refuses
 */
function projectorOf(fields: Doc | undefined, options: FilterOptions): Projector | undefined {
  if (fields === undefined || fields.size === 0) return undefined;
  const projector = compileProjection(fields, { ...options, hasTextScore: true, hasNear: true });
  if (!projector.needs.has('sortKey')) return projector;
  throw new CommandError('BadValue', 'Cannot use a $meta sortKey projection in findAndModify commands.');
}

interface Found {
  readonly record: StoredRecord;
  readonly metadata: DocumentMetadata | undefined;
}

async function firstMatch(
  draft: Draft,
  collection: string,
  operation: Operation,
  filter: Doc,
  matcher: Matcher,
  projector: Projector | undefined,
): Promise<Found | undefined> {
  const view = draft.collection(collection);
  refuseView(view, operation.namespace(collection));
  refuseAbsentText(view, matcher, operation.database);
  const sort = operation.optionalDocument('sort');
  // mongod does not read the sort where one document alone can be meant, and all of it is wanted.
  const isValue =
    filter.size === 1 && matcher.idEquality !== undefined && !(filter.get('_id') instanceof Map);
  const isLookup = isValue && projector === undefined;
  const metadata = projector?.needs;
  const plan = await FindPlan.make(view, {
    filter,
    matcher,
    sort: isLookup ? undefined : sort,
    projection: undefined,
    metadata,
    skip: 0,
    limit: 1,
    hint: readHint(view, operation.command.get('hint')),
    variables: undefined,
    now: operation.started,
    memoryLimit: operation.engine.memoryLimit,
    allowDiskUse: true,
  });
  for await (const { refs, documents } of plan.records(() => operation.checkTime())) {
    const [ref, bytes] = [refs[0], documents[0]];
    if (ref === undefined || bytes === undefined) continue;
    const isTold = metadata !== undefined && metadata.size > 0;
    return {
      record: { ...ref, bytes },
      metadata: isTold ? { ...plan.metadata(bytes, ref, metadata), recordId: null } : undefined,
    };
  }
  return undefined;
}

/** What is returned of the document; a positional projection takes its position from the document shown. */
function shown(
  bytes: Uint8Array,
  projector: Projector | undefined,
  matcher: Matcher,
  metadata?: DocumentMetadata,
): Value {
  if (projector === undefined) return new RawDocument(bytes);
  const position = projector.needsPosition ? matcher.matchesWithPosition(bytes).position : undefined;
  return new RawDocument(projector.project(bytes, position, metadata));
}

/** What the first try answered, as the log tells. @throws CommandError if that was another command */
function retriedReply(
  { entry, kind, before }: ExecutedStatement,
  asked: { readonly remove: boolean; readonly upsert: boolean },
  statement: number,
): Reply {
  const { operation, document } = entry;
  const isOther = operation === 'insert' ? !asked.upsert : operation === 'delete' && !asked.remove;
  if (isOther) {
    const code = operation === 'insert' ? 40608 : 40606;
    throw new CommandError(
      code,
      `findAndModify retry request is not compatible with previous write in the transaction of type: ${operation[0]}`,
    );
  }
  const bytes = kind === 'after' ? document : before;
  if (kind === 'statements' || (bytes === undefined && operation !== 'insert')) {
    throw new CommandError(40607, 'No pre-image available for findAndModify retry request');
  }
  const value = bytes === undefined || bytes === null ? null : new RawDocument(bytes);
  const upserted = operation === 'insert' ? upsertedId(entry) : undefined;
  const fields = new Map(reply(operation === 'delete', 1, value, upserted, operation === 'update'));
  const ok = fields.get('ok')!;
  fields.delete('ok');
  return fields.set('retriedStmtId', statement).set('ok', ok);
}

function reply(
  removed: boolean,
  n: number,
  value: Value,
  upsertedId: Value | undefined,
  updatedExisting = false,
): Reply {
  const last = new Map<string, Value>([['n', n]]);
  if (!removed) last.set('updatedExisting', updatedExisting);
  if (upsertedId !== undefined) last.set('upserted', upsertedId);
  return okReply({ lastErrorObject: last, value });
}
