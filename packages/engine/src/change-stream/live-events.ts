import { decodeDocument, encodeDocument, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import type { LiveStream } from '../handler/live-stream';
import { eventDocument } from './events/event';
import type { EventTransform } from './stages';
import { tokenDocument, type ResumeToken } from './resume-token';
import { splitEvent } from './split-event';
import { asLoss } from './source/start';
import type { EventSource, Told } from './source/source';

/** How long one call looks for events that the pipeline lets through, ms. */
const LOOK_MS = 200;
/** The largest document there is, bytes; mongod adds some for what commands put around it. */
const MAX_EVENT = 16 * 1024 * 1024 + 16 * 1024;

export interface LiveEventsOptions {
  /** The stages after `$changeStream`; undefined: none. */
  readonly transform: EventTransform | undefined;
  /** Whether events that are too large come in parts. */
  readonly splits: boolean;
  /** The fragment that was the last one delivered: those up to it are not told again. */
  readonly resumed: ResumeToken | undefined;
}

/** A change stream as its cursor reads it. */
export class LiveEvents implements LiveStream {
  readonly awaitsData = true;
  readonly isChangeStream = true;
  #token: ResumeToken;
  #isOver = false;
  #resumed: ResumeToken | undefined;

  constructor(
    private readonly source: EventSource,
    private readonly options: LiveEventsOptions,
  ) {
    this.#token = source.token;
    this.#resumed = options.resumed;
  }

  async next(): Promise<IteratorResult<readonly Uint8Array[]>> {
    if (this.#isOver) return { done: true, value: undefined };
    const until = performance.now() + LOOK_MS;
    try {
      for (;;) {
        const { events, isAtEnd, isOver } = await this.source.next();
        this.#isOver = isOver;
        const documents = await this.#documents(events);
        this.#token = isOver ? events.at(-1)!.token : this.source.token;
        if (documents.length > 0 || isAtEnd || performance.now() > until)
          return { done: false, value: documents };
      }
    } catch (error) {
      throw asLoss(error);
    }
  }

  async arrival(signal: AbortSignal): Promise<void> {
    if (!this.#isOver) await this.source.arrival(signal);
  }

  batchFields(last: Uint8Array | undefined): ReadonlyMap<string, Value> {
    const token = last === undefined ? tokenDocument(this.#token) : decodeDocument(last).get('_id')!;
    const fields = new Map<string, Value>([['postBatchResumeToken', token]]);
    if (this.#isOver && last === undefined) fields.set('invalidated', true);
    return fields;
  }

  async return(): Promise<IteratorResult<readonly Uint8Array[]>> {
    this.#isOver = true;
    this.source.close();
    return { done: true, value: undefined };
  }

  async #documents(events: readonly Told[]): Promise<Uint8Array[]> {
    const documents: Uint8Array[] = [];
    for (const { event, token } of events) {
      const document = eventDocument(event, token);
      for (const shown of await this.#shown(document)) {
        const bytes = encodeDocument(shown);
        if (bytes.length <= MAX_EVENT) documents.push(bytes);
        else if (!this.options.splits) throw tooLarge(bytes.length, shown);
        else documents.push(...this.#fragments(shown, token));
      }
    }
    return documents;
  }

  /** What the pipeline makes of an event. */
  async #shown(document: Doc): Promise<readonly Doc[]> {
    const { transform } = this.options;
    if (transform === undefined) return [document];
    const shown = await transform(decodeDocument(encodeDocument(document)));
    for (const each of shown) checkToken(each, document);
    return shown;
  }

  #fragments(document: Doc, token: ResumeToken): Uint8Array[] {
    const resumed = this.#resumed;
    this.#resumed = undefined;
    const fragments = splitEvent(document, token, MAX_EVENT);
    return resumed?.fragment === undefined ? fragments : fragments.slice(resumed.fragment + 1);
  }
}

/** Without its token, a stream could not go on after an event. */
function checkToken(shown: Doc, event: Doc): void {
  const [given, wanted] = [shown.get('_id'), event.get('_id') as Doc];
  if (given instanceof Map && given.get('_data') === wanted.get('_data')) return;
  throw new CommandError(
    'ChangeStreamFatalError',
    `Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Modifying the _id field of an event makes it impossible to resume the stream from that point. Only transformations that retain the unmodified _id field are allowed. Expected: { _id: { _data: "${String(wanted.get('_data'))}" } }`,
    { labels: ['NonResumableChangeStreamError'] },
  );
}

function tooLarge(size: number, event: Doc): CommandError {
  const hex = size.toString(16).toUpperCase();
  const token = String((event.get('_id') as Doc).get('_data'));
  return new CommandError(
    'BSONObjectTooLarge',
    `BSONObj size: ${size} (0x${hex}) is invalid. Size must be between 0 and ${MAX_EVENT}(16MB) First element: _id: { _data: "${token}" }`,
  );
}
