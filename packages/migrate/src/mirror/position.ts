import {
  Binary,
  compareValues,
  decodeDocument,
  encodeDocument,
  Long,
  toNumber,
  type Doc,
  type NumberValue,
  type Timestamp,
  type Value,
} from '@argon/bson';
import type { Lsn } from '@argon/wal';
import { PositionUnreadableError } from './errors';
import type { Holder } from './lease';

/** The collection that is being copied. */
export interface CopiedCollection {
  readonly collection: string;
  /** The greatest `_id` that is copied; undefined: none yet. */
  readonly through: Value | undefined;
  /** Nothing of it was on the branch before. */
  readonly isNew: boolean;
}

/**
 * Where a mirror is: in its branch's record, moved with each commit.
 *
 * Collections are copied in the order of their names, in one pass; those that come later from elsewhere (renamed into the
 * site) are queued. What is copied follows the site; of the rest events are dropped, for the copy will contain them.
 */
export interface Position {
  /** `Site.location`. */
  readonly site: string;
  /** Events after this resume token are to come, an encoded document. */
  readonly token: Uint8Array;
  /** The moment of the site that the branch shows, of what is copied. */
  readonly time: Timestamp;
  /** The last collection that the pass has begun; '' before the first; null: the pass is over. */
  readonly pass: string | null;
  readonly current: CopiedCollection | null;
  readonly queue: readonly string[];
  /** Documents copied and events applied, since the mirror began. */
  readonly documents: number;
  readonly events: number;
  /** The LSN that the mirror's last commit follows. */
  readonly after: Lsn;
  /** The process that keeps the mirror. */
  readonly holder: Holder | null;
}

/** How much of a collection is copied: all, nothing, or up to an `_id`. */
export type Coverage = 'all' | 'none' | { readonly through: Value };

/** With more than this to copy besides the pass, everything is compared in a new pass: the record stays small. */
const MAX_QUEUE = 500;
const VERSION = 1;

export function isCopying({ pass, current, queue }: Position): boolean {
  return pass !== null || current !== null || queue.length > 0;
}

export function coverageOf({ pass, current, queue }: Position, collection: string): Coverage {
  if (current?.collection === collection)
    return current.through === undefined ? 'none' : { through: current.through };
  if (queue.includes(collection)) return 'none';
  return pass === null || collection <= pass ? 'all' : 'none';
}

/** Whether a document's events count already. */
export function isCovered(coverage: Coverage, id: Value): boolean {
  return typeof coverage === 'string' ? coverage === 'all' : compareValues(id, coverage.through) <= 0;
}

/** What was said of a collection is said no more: it has gone. */
export function forgotten(position: Position, collection: string): Position {
  const { current, queue } = position;
  return {
    ...position,
    current: current?.collection === collection ? null : current,
    queue: queue.filter((name) => name !== collection),
  };
}

/** A collection is to be copied, from its beginning. */
export function queued(position: Position, collection: string): Position {
  const rest = forgotten(position, collection);
  // The pass will come to it.
  if (rest.pass !== null && collection > rest.pass) return rest;
  if (rest.queue.length === MAX_QUEUE) return { ...rest, pass: '', current: null, queue: [] };
  return { ...rest, queue: [...rest.queue, collection] };
}

export function encodePosition(position: Position): Uint8Array {
  const { current, holder } = position;
  const document: Doc = new Map<string, Value>([
    ['mirror', VERSION],
    ['site', position.site],
    ['token', new Binary(position.token)],
    ['time', position.time],
    ['pass', position.pass],
    ['queue', [...position.queue]],
    ['documents', Long.fromNumber(position.documents)],
    ['events', Long.fromNumber(position.events)],
    ['after', Long.fromNumber(position.after)],
  ]);
  if (current !== null) {
    const copied: Doc = new Map<string, Value>([
      ['collection', current.collection],
      ['isNew', current.isNew],
    ]);
    if (current.through !== undefined) copied.set('through', current.through);
    document.set('current', copied);
  }
  if (holder !== null) {
    document.set(
      'holder',
      new Map<string, Value>([
        ['id', holder.id],
        ['host', holder.host],
        ['pid', holder.pid],
        ['until', new Date(holder.until)],
      ]),
    );
  }
  return encodeDocument(document);
}

/** @throws PositionUnreadableError for what is no mirror's */
export function decodePosition(source: Uint8Array): Position {
  let document: Doc;
  try {
    document = decodeDocument(source);
  } catch (error) {
    throw new PositionUnreadableError(error);
  }
  if (document.get('mirror') !== VERSION) throw new PositionUnreadableError();
  const number = (field: string) => toNumber(document.get(field) as NumberValue);
  const current = document.get('current') as Doc | undefined;
  const holder = document.get('holder') as Doc | undefined;
  return {
    site: document.get('site') as string,
    token: Uint8Array.from(
      (document.get('token') as Binary).buffer.subarray(0, (document.get('token') as Binary).position),
    ),
    time: document.get('time') as Timestamp,
    pass: document.get('pass') as string | null,
    queue: document.get('queue') as readonly string[],
    documents: number('documents'),
    events: number('events'),
    after: number('after'),
    current:
      current === undefined
        ? null
        : {
            collection: current.get('collection') as string,
            through: current.get('through'),
            isNew: current.get('isNew') === true,
          },
    holder:
      holder === undefined
        ? null
        : {
            id: holder.get('id') as string,
            host: holder.get('host') as string,
            pid: toNumber(holder.get('pid') as NumberValue),
            until: (holder.get('until') as Date).getTime(),
          },
  };
}
