import type { Timestamp, Value } from '@argon/bson';
import type { Draft } from '@argon/engine';
import { definitionOf, isStill, type Definition } from '../copy/definitions';
import { readImages } from '../copy/read-documents';
import type {
  ChangeEvent,
  DefinitionEvent,
  DocumentEvent,
  DropEvent,
  RenameEvent,
} from '../stream/change-event';
import { persistently } from '../stream/persistent';
import { writeDefinition, writeDrop, writeRename } from './apply-definition';
import { heldOf, writeImages, type Image } from './apply-images';
import type { MirrorState } from './mirror-state';
import { coverageOf, forgotten, isCovered, queued, type Position } from './position';

/**
 * Applies the events that wait, in commits.
 * @param through none after this time
 */
export async function applyEvents(state: MirrorState, through?: Timestamp): Promise<void> {
  for (let taken = state.queue.take(through); taken.length > 0; taken = state.queue.take(through)) {
    const before = state.position;
    const after: Position = {
      ...before,
      ...state.queue.placeAfter(taken, before.time),
      events: before.events + taken.length,
    };
    const [first] = taken as readonly [ChangeEvent];
    switch (first.kind) {
      case 'definition':
        await applyDefinition(state, first, after);
        break;
      case 'drop':
        await applyDrop(state, first, after);
        break;
      case 'rename':
        await applyRename(state, first, after);
        break;
      default:
        await applyDocuments(state, taken, after);
    }
    state.sawEvents(taken);
  }
}

async function applyDocuments(
  state: MirrorState,
  taken: readonly ChangeEvent[],
  after: Position,
): Promise<void> {
  const changed = new Map<string, Map<string, Told>>();
  for (const event of taken) {
    if (event.kind !== 'document') continue;
    if (!isCovered(coverageOf(state.position, event.collection), event.id)) continue;
    const events = changed.get(event.collection) ?? new Map<string, Told>();
    const before = events.get(event.key);
    const isInsert = before?.last.image === null && event.image !== null;
    // Its place is behind all others then.
    if (isInsert) events.delete(event.key);
    // The last one tells what it became.
    events.set(event.key, { last: event, isAnew: isInsert || before?.isAnew === true });
    changed.set(event.collection, events);
  }
  if (changed.size === 0) return state.pass(after);
  let next = after;
  const images = new Map<string, Map<string, Image>>();
  for (const [collection, events] of changed) {
    const found = await imagesOf(state, collection, events, taken.at(-1)!.time);
    images.set(collection, found.images);
    if (!found.isComplete) next = queued(next, collection);
  }
  await state.commit(async (draft) => {
    for (const [collection, wanted] of images) {
      // It is to be dropped, or was dropped: of what a collection of the name held, nothing is left to tell.
      if (isViewThere(draft, collection)) continue;
      const held = await heldOf(draft.collection(collection), wanted.keys());
      await writeImages(draft, collection, wanted, held);
    }
    return next;
  });
}

/** What events told of a document. */
interface Told {
  readonly last: DocumentEvent;
  readonly isAnew: boolean;
}

function isViewThere(draft: Draft, collection: string): boolean {
  return draft.state.collections.get(collection)?.catalog.type === 'view';
}

/**
 * What documents became at a moment. Events of updates do not tell it, or tell of a later moment; so it is read, by the
 * collection's name. If another collection has that name by now, mongod may read that one.
 * @returns whether all were found
 */
async function imagesOf(
  { site }: MirrorState,
  collection: string,
  events: ReadonlyMap<string, Told>,
  time: Timestamp,
): Promise<{ readonly images: Map<string, Image>; readonly isComplete: boolean }> {
  const images = new Map<string, Image>();
  const unknown: { readonly key: string; readonly id: Value; readonly isAnew: boolean }[] = [];
  let uuid: string | undefined;
  for (const [key, { last, isAnew }] of events) {
    const { id, image } = last;
    uuid = last.uuid;
    // Where it is among the others is known already.
    images.set(key, { id, bytes: image ?? null, isAnew });
    if (image === undefined) unknown.push({ key, id, isAnew });
  }
  if (unknown.length === 0) return { images, isComplete: true };
  const found = await persistently(() =>
    readImages(
      site,
      collection,
      unknown.map(({ id }) => id),
      time,
    ),
  );
  if (!(await persistently(() => isStill(site, collection, uuid)))) return { images, isComplete: false };
  for (const { key, id, isAnew } of unknown) {
    const bytes = found.get(key);
    // One that is not there has gone since: an event will tell.
    if (bytes === undefined) images.delete(key);
    else images.set(key, { id, bytes, isAnew });
  }
  return { images, isComplete: true };
}

async function applyDefinition(state: MirrorState, event: DefinitionEvent, after: Position): Promise<void> {
  const { collection } = event;
  const isBegun = state.position.current?.collection === collection;
  if (!isBegun && coverageOf(state.position, collection) === 'none') return state.pass(after);
  // What it is now: a later event makes it what it will be.
  const definition = await definitionNow(state, collection, event);
  // Of views no UUID is told. One that has gone, or became one that the log cannot have, is what it was no more.
  const isView = event.uuid === undefined;
  if (definition === undefined && isView) {
    return state.commit(async (draft) => {
      if (isViewThere(draft, collection)) writeDrop(draft, collection);
      return after;
    });
  }
  if (definition === undefined || (isView && definition.type !== 'view')) return state.pass(after);
  state.note(definition.notes);
  await state.commit(async (draft) => {
    // `cloneCollectionAsCapped` makes one that has documents from the beginning, of which no event tells.
    if (definition.isCapped && !isBegun && !draft.state.collections.has(collection))
      return queued(after, collection);
    writeDefinition(draft, definition);
    return after;
  });
}

/** What the collection of an event is now; undefined if that has another name by now, which an event will tell. */
async function definitionNow(
  { site }: MirrorState,
  collection: string,
  { uuid }: ChangeEvent,
): Promise<Definition | undefined> {
  const definition = await persistently(() => definitionOf(site, collection));
  return uuid === undefined || definition?.uuid === uuid ? definition : undefined;
}

async function applyDrop(state: MirrorState, { collection }: DropEvent, after: Position): Promise<void> {
  const next = forgotten(after, collection);
  if (!isReached(state.position, collection)) return state.pass(next);
  await state.commit(async (draft) => {
    writeDrop(draft, collection);
    return next;
  });
}

async function applyRename(state: MirrorState, event: RenameEvent, after: Position): Promise<void> {
  const { position } = state;
  const { from, to } = event;
  const isWhole = from !== undefined && coverageOf(position, from) === 'all' && isReached(position, to);
  const left = from === undefined ? after : forgotten(after, from);
  // Changes of it may have come when the name that they told was another's.
  const definition = isWhole ? await definitionNow(state, to, event) : undefined;
  await state.commit(async (draft) => {
    // The end of a pass may have dropped it, when it had its new name already.
    if (isWhole && draft.state.collections.has(from)) {
      writeRename(draft, from, to);
      if (definition !== undefined) writeDefinition(draft, definition);
      return forgotten(left, to);
    }
    for (const name of [from, to])
      if (name !== undefined && isReached(position, name)) writeDrop(draft, name);
    return queued(left, to);
  });
}

/** Whether the pass has begun with it. Of what it has not come to, it will see for itself whether it is there. */
function isReached({ pass }: Position, collection: string): boolean {
  return pass === null || collection <= pass;
}
