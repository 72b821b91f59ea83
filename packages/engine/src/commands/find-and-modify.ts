import { RawDocument, documentId, encodeDocument, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import type { Reply } from '../handler/contract';
import { compileFilter, type Matcher } from '../match/compile';
import { FindPlan } from '../plan/find-plan';
import { readHint } from '../plan/hint';
import { compileProjection, type Projector } from '../project/compile';
import { refuseSystemCollection, refuseView } from '../stored-views/refuse';
import type { StoredRecord } from '../view/collection-view';
import type { Draft } from '../write/draft';
import { checkCollation } from './collation';
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
    checkCollation(operation.command.get('collation'));
    const options = { now: operation.started, ...(variables === undefined ? {} : { variables }) };
    const statement = remove
      ? undefined
      : new UpdateStatement(
          { filter, update: update as Doc | Value[], multi: false, upsert, arrayFilters, variables },
          operation.started,
        );
    const matcher = statement?.matcher ?? compileFilter(filter, options);
    const fields = operation.optionalDocument('fields');
    const projector =
      fields === undefined || fields.size === 0 ? undefined : compileProjection(fields, options);
    const work = async (draft: Draft): Promise<Reply> => {
      const record = await firstMatch(draft, collection, operation, filter, matcher);
      if (record === undefined) {
        if (statement === undefined || !upsert) return reply(remove, 0, null, undefined);
        const document = encodeDocument(statement.insertion());
        await draft.insert(collection, document);
        const value = returnNew ? shown(document, projector, matcher) : null;
        return reply(false, 1, value, documentId(document));
      }
      if (statement === undefined) {
        await draft.remove(collection, record);
        return reply(true, 1, shown(record.bytes, projector, matcher), undefined);
      }
      const bytes = statement.apply(record.bytes);
      if (bytes !== undefined) await draft.update(collection, record, bytes, statement.form);
      return reply(
        false,
        1,
        shown(returnNew ? (bytes ?? record.bytes) : record.bytes, projector, matcher),
        undefined,
        true,
      );
    };
    if (upsert) return operation.write(work);
    return (await operation.writeExisting(work)) ?? reply(remove, 0, null, undefined);
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

async function firstMatch(
  draft: Draft,
  collection: string,
  operation: Operation,
  filter: Doc,
  matcher: Matcher,
): Promise<StoredRecord | undefined> {
  const view = draft.collection(collection);
  refuseView(view, operation.namespace(collection));
  const plan = await FindPlan.make(view, {
    filter,
    matcher,
    sort: operation.optionalDocument('sort'),
    projection: undefined,
    skip: 0,
    limit: 1,
    negativeLimit: false,
    hint: readHint(view, operation.command.get('hint')),
    variables: undefined,
    now: operation.started,
    memoryLimit: operation.engine.memoryLimit,
    allowDiskUse: true,
  });
  for await (const { refs, documents } of plan.records(() => operation.checkTime())) {
    if (refs.length > 0) return { ...refs[0]!, bytes: documents[0]! };
  }
  return undefined;
}

/** What is returned of the document; a positional projection takes its position from the document shown. */
function shown(bytes: Uint8Array, projector: Projector | undefined, matcher: Matcher): Value {
  if (projector === undefined) return new RawDocument(bytes);
  const position = projector.needsPosition ? matcher.matchesWithPosition(bytes).position : undefined;
  return new RawDocument(projector.project(bytes, position));
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
