import { idKey, type Timestamp } from '@argon/bson';
import { LegacyServerError, run } from '@argon/branch/prefix';
import type { Draft } from '@argon/engine';
import { definitionOf, listSite, type Definition } from '../copy/definitions';
import { readChunk, readWhole, type Chunk } from '../copy/read-documents';
import { operationTime } from '../stream/cluster-time';
import { persistently } from '../stream/persistent';
import { compareChunk, insertChunk } from './apply-chunk';
import { writeDefinition, writeDrop } from './apply-definition';
import { writeWhole } from './apply-whole';
import { applyEvents } from './follow-step';
import type { MirrorState } from './mirror-state';
import { forgotten, isCopying, type CopiedCollection, type Position } from './position';

/** A commit holds this many bytes of a chunk, or one document. */
const SLICE_BYTES = 4 * 1024 * 1024;
const CAPPED_POSITION_LOST = 136;

/** Copies what is not copied yet, step by step. */
export class CopySteps {
  /** The next chunk, which is read while the last one is written. */
  #ahead: { readonly chunk: Promise<Chunk | undefined> } | undefined;
  #definition: Definition | undefined;

  constructor(private readonly state: MirrorState) {}

  /**
   * Does one step: begins a collection, copies a part of it, or ends the pass.
   * @returns how many documents were copied
   */
  async step(): Promise<number> {
    const { state } = this;
    const { current, queue, pass } = state.position;
    if (current !== null) return this.#copy(current);
    if (queue[0] !== undefined) await this.#begin(queue[0]);
    else if (pass !== null) await this.#goOn(pass);
    return 0;
  }

  /** The pass comes to the next collection, or its end. */
  async #goOn(pass: string): Promise<void> {
    const { state } = this;
    const listing = await persistently(() => listSite(state.site));
    // What is not listed has been dropped or renamed. Events tell of that, and must come before it counts as copied.
    await this.#drain();
    if (state.position.queue.length > 0) return;
    const next = listing.names.find((name) => name > pass);
    if (next !== undefined) return this.#begin(next);
    await state.commit(async (draft) => {
      dropBetween(draft, pass, undefined);
      return { ...state.position, pass: null };
    });
  }

  async #begin(collection: string): Promise<void> {
    const { state } = this;
    let definition = await this.#define(collection);
    if (definition?.type === 'view') {
      // It counts as copied at once: what was told of a collection that had its name must have been applied.
      await this.#drain();
      definition = await this.#define(collection);
    }
    // While it was waited for, events may have told of it.
    const { pass, queue } = state.position;
    const isNext = pass !== null && collection > pass;
    if (!isNext && !queue.includes(collection)) return;
    await state.commit(async (draft) => {
      if (isNext) dropBetween(draft, pass, collection);
      const rest = forgotten(isNext ? { ...state.position, pass: collection } : state.position, collection);
      if (definition === undefined) {
        writeDrop(draft, collection);
        return rest;
      }
      // The order of a capped collection is what it is there for, and comparing by `_id` would not see it.
      if (definition.isCapped && draft.collection(collection).count > 0) writeDrop(draft, collection);
      const isNew = draft.collection(collection).count === 0;
      writeDefinition(draft, definition);
      if (definition.type === 'view') return rest;
      return { ...rest, current: { collection, through: undefined, isNew } };
    });
  }

  /** What a collection is now. If it is not there any more, everything that was told of it has been applied. */
  async #define(collection: string): Promise<Definition | undefined> {
    const define = () => persistently(() => definitionOf(this.state.site, collection));
    this.#definition = await define();
    if (this.#definition !== undefined) return this.#definition;
    await this.#drain();
    this.#definition = await define();
    return this.#definition;
  }

  /** Applies everything that has happened by now. */
  async #drain(): Promise<void> {
    const { site } = this.state;
    await this.#applyThrough(operationTime(await persistently(() => run(site.database, { ping: 1 }))));
  }

  async #applyThrough(time: Timestamp): Promise<void> {
    const { state } = this;
    do {
      await state.queue.pullThrough(time);
      await applyEvents(state, time);
    } while (!state.hasCome(time));
  }

  async #copy(current: CopiedCollection): Promise<number> {
    const { state } = this;
    const { collection } = current;
    if (this.#definition?.name !== collection) {
      const definition = await this.#define(collection);
      if (!isSame(current, state.position.current)) return 0;
      if (definition === undefined) {
        await state.commit(async (draft) => {
          writeDrop(draft, collection);
          return forgotten(state.position, collection);
        });
        return 0;
      }
    }
    if (this.#definition?.isOrdered === false) return this.#copyWhole(current);
    const chunk = await this.#chunk(current);
    if (chunk === undefined) {
      // It was dropped or renamed a moment ago. With its new name, it has what is not copied yet: an event tells of that.
      this.#definition = undefined;
      await this.#drain();
      return 0;
    }
    if (chunk.through !== undefined) this.#readAhead(chunk);
    await this.#applyThrough(chunk.time);
    // It may have been dropped or renamed by that time, and another may have its name.
    if (!isSame(current, state.position.current)) return 0;
    return current.isNew ? this.#insert(chunk) : this.#compare(chunk);
  }

  async #insert(chunk: Chunk): Promise<number> {
    const { state } = this;
    if (chunk.through === undefined) {
      await state.commit(async () => forgotten(state.reached(chunk.time), chunk.collection));
      return 0;
    }
    for (const documents of slices(chunk.documents)) {
      await state.commit(async (draft) => {
        const through = await insertChunk(draft, { ...chunk, documents });
        return copied(state.reached(chunk.time), chunk, through, documents.length);
      });
    }
    return chunk.documents.length;
  }

  async #compare(chunk: Chunk): Promise<number> {
    const { state } = this;
    await state.commit(async (draft) => {
      const through = await compareChunk(draft, chunk);
      const at = state.reached(chunk.time);
      if (through === undefined) return forgotten(at, chunk.collection);
      return copied(at, chunk, through, chunk.documents.length);
    });
    return chunk.documents.length;
  }

  async #copyWhole({ collection, isNew }: CopiedCollection): Promise<number> {
    const { state } = this;
    for (let attempt = 1; ; attempt++) {
      let documents = 0;
      try {
        // What changes while it is read is told by events that are to come.
        await state.commit(async (draft) => {
          documents = await writeWhole(draft, collection, readWhole(state.site, collection), isNew);
          const rest = forgotten(state.position, collection);
          return { ...rest, documents: rest.documents + documents };
        }, true);
        return documents;
      } catch (error) {
        if (!isOvertaken(error) || attempt === 20) throw error;
      }
    }
  }

  async #chunk({ collection, through }: CopiedCollection): Promise<Chunk | undefined> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead !== undefined && through !== undefined) {
      const chunk = await ahead.chunk.catch(() => undefined);
      const isNext = chunk?.collection === collection && idKey(chunk.after) === idKey(through);
      // Of what happened after it was read, nothing has been applied, and so nothing dropped that it lacks.
      if (chunk !== undefined && isNext && this.state.canTake(chunk.time)) return chunk;
    }
    return persistently(() => readChunk(this.state.site, collection, through));
  }

  #readAhead(of: Chunk): void {
    const chunk = readChunk(this.state.site, of.collection, of.through);
    // Its failure is seen to when it is needed.
    chunk.catch(() => undefined);
    this.#ahead = { chunk };
  }
}

/** Drops collections that the site does not have, of which the pass goes by. */
function dropBetween(draft: Draft, after: string, before: string | undefined): void {
  for (const name of [...draft.state.collections.keys()])
    if (name > after && (before === undefined || name < before)) writeDrop(draft, name);
}

/** Whether there is something left to copy. */
export function hasToCopy(state: MirrorState): boolean {
  return isCopying(state.position);
}

function copied(
  at: Position,
  { collection }: Chunk,
  through: CopiedCollection['through'],
  n: number,
): Position {
  return { ...at, documents: at.documents + n, current: { ...at.current!, collection, through } };
}

/** What was to be read next has gone out of a capped collection meanwhile. */
function isOvertaken(error: unknown): boolean {
  return error instanceof LegacyServerError && error.mongoCode === CAPPED_POSITION_LOST;
}

function isSame(a: CopiedCollection, b: CopiedCollection | null): boolean {
  return a.collection === b?.collection && a.through === b.through && a.isNew === b.isNew;
}

function* slices(documents: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  let slice: Uint8Array[] = [];
  let bytes = 0;
  for (const document of documents) {
    if (slice.length > 0 && bytes + document.length > SLICE_BYTES) {
      yield slice;
      slice = [];
      bytes = 0;
    }
    slice.push(document);
    bytes += document.length;
  }
  if (slice.length > 0) yield slice;
}
