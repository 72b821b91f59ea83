import { idKey, RawDocument, type Doc, type Value } from '@argon/bson';
import { isDocumentOperation, type Entry } from '@argon/wal';
import { CommandError } from '../../handler/errors';
import type { EntriesPart, Timelines } from '../log/branch-log';
import { isInScope } from '../scope';
import { operatorDifference } from '../update-description/of-operators';
import { pipelineDifference } from '../update-description/of-pipeline';
import { updateDescription } from '../update-description/update-description';
import { namespaceOf, type EventContext } from './context';
import { eventAt, type ChangeEvent } from './event';
import { preImages, type PreImages } from './images';

type Fields = [string, Value][];

/** The events of a part's changes of documents, each with its entry. */
export async function documentEvents(
  context: EventContext,
  timelines: Timelines,
  part: EntriesPart,
  entries: readonly Entry[],
): Promise<ChangeEvent[]> {
  const changes = entries.filter(
    ({ operation, collection }) => isDocumentOperation(operation) && isInScope(context.scope, collection),
  );
  const wanted = changes.filter((entry) => needsPreImage(context, entry));
  const before =
    wanted.length === 0 ? new Map() : await preImages(context.materializer, timelines, part, wanted);
  return changes.map((entry) => documentEvent(context, part, entry, before));
}

function needsPreImage({ options }: EventContext, { operation, form }: Entry): boolean {
  if (operation === 'insert') return false;
  return options.fullDocumentBeforeChange !== 'off' || (operation === 'update' && form !== 'replacement');
}

function documentEvent(
  context: EventContext,
  part: EntriesPart,
  entry: Entry,
  before: PreImages,
): ChangeEvent {
  const { commit } = part;
  const place = { lsn: commit.lsn, at: entry.lsn, number: 0, isInvalidate: false };
  const preImage = before.get(entry.prevLsn);
  const description = preImage && descriptionOf(context, entry, preImage);
  const isReplacement = entry.operation === 'update' && description === undefined;
  const fields: Fields = [];
  if (entry.operation === 'insert' || isReplacement)
    fields.push(['fullDocument', new RawDocument(entry.document!)]);
  else if (entry.operation === 'update') fields.push(...postImage(context, entry));
  fields.push(['ns', namespaceOf(context, entry.collection)]);
  fields.push(['documentKey', new Map([['_id', entry.documentId]])]);
  if (description !== undefined) fields.push(['updateDescription', description]);
  const event = {
    place,
    ...eventAt(commit),
    operationType: isReplacement ? 'replace' : entry.operation,
    fields,
  };
  if (entry.operation !== 'insert' && context.options.fullDocumentBeforeChange !== 'off')
    fields.push(['fullDocumentBeforeChange', preImageValue(context, event, preImage)]);
  return event;
}

/** Undefined of what mongod would call a replacement. */
function descriptionOf(
  { options }: EventContext,
  { operation, form, document }: Entry,
  preImage: Uint8Array,
): Doc | undefined {
  if (operation !== 'update' || form === 'replacement' || document === null) return undefined;
  const difference =
    form === 'pipeline' ? pipelineDifference(preImage, document) : operatorDifference(preImage, document);
  return difference && updateDescription(difference, { disambiguated: options.showExpandedEvents });
}

/** An update's `fullDocument`; what `updateLookup` asks for is looked up later, for many at a time. */
function postImage({ options }: EventContext, { document }: Entry): Fields {
  if (options.fullDocument === 'default') return [];
  if (options.fullDocument === 'updateLookup') return [['fullDocument', null]];
  return [['fullDocument', document === null ? null : new RawDocument(document)]];
}

function preImageValue(
  { options }: EventContext,
  { operationType, clusterTime, fields }: ChangeEvent,
  image: Uint8Array | undefined,
): Value {
  if (image !== undefined) return new RawDocument(image);
  if (options.fullDocumentBeforeChange === 'whenAvailable') return null;
  const ns = fields.find(([field]) => field === 'ns')![1] as Doc;
  throw new CommandError(
    'NoMatchingDocument',
    'Change stream was configured to require a pre-image for all update, delete and replace events, but the pre-image was not found for event: ' +
      `{operationType: "${operationType}", ns: {db: "${String(ns.get('db'))}", coll: "${String(ns.get('coll'))}"}, clusterTime: Timestamp(${clusterTime.t}, ${clusterTime.i})}`,
  );
}

/** Puts the documents that there are by now into the `fullDocument` of update events (`updateLookup`). */
export async function lookUp(context: EventContext, events: readonly ChangeEvent[]): Promise<void> {
  const updates = events.filter(({ operationType }) => operationType === 'update');
  if (context.options.fullDocument !== 'updateLookup' || updates.length === 0) return;
  const { materializer, branchId } = context;
  const state = await materializer.current(branchId);
  for (const { fields } of updates) {
    const field = (name: string) => fields.find(([each]) => each === name)! as [string, Value];
    const collection = (field('ns')[1] as Doc).get('coll') as string;
    const key = idKey((field('documentKey')[1] as Doc).get('_id'));
    const found = await state.collections.get(collection)?.byId(key);
    if (found === undefined) continue;
    const [document] = await materializer.documents(state, [found.lsn]);
    field('fullDocument')[1] = new RawDocument(document!);
  }
}
