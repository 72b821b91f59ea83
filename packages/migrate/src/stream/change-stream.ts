import {
  documentAt,
  elements,
  elementValue,
  findElement,
  RawDocument,
  type Doc,
  Timestamp,
  type Value,
} from '@argon/bson';
import { LegacyServerError, run } from '@argon/branch/prefix';
import { namePattern, type Site } from '../site/site';
import { readEvent, type ChangeEvent } from './change-event';
import { compareTimes, documentField, operationTime, tokenTime } from './cluster-time';
import { PositionLostError, SiteUnsuitableError } from './errors';

/** Snapshot reads outside of transactions; events about collections and indexes. By `maxWireVersion`. */
const WIRE_5_0 = 13;
const WIRE_6_0 = 17;
/** The stream's place is not in the server's log any more, or is none of this server's. */
const LOST = new Set([286, 280, 260, 50811, 40576, 40585, 40615]);
const MAX_BATCH = 1000;

/**
 * The changes of a site's database, in order. What it gives has happened for good: a majority of the servers has it.
 */
export class ChangeStream {
  #cursor: Value | undefined;
  #token: Uint8Array;
  #time: Timestamp;

  private constructor(
    private readonly site: Site,
    private readonly isExpanded: boolean,
    /** What happened by then is not given; undefined: its token says where it goes on. */
    private readonly after: Timestamp | undefined,
    from: Timestamp,
    opened: Uint8Array,
  ) {
    this.#time = from;
    const cursor = documentField(opened, 'cursor')!;
    this.#token = Uint8Array.from(documentField(cursor, 'postBatchResumeToken')!);
    this.#cursor = elementValue(cursor, findElement(cursor, 'id')!);
  }

  /**
   * Opens it: from now on, or after a token.
   * @param after.time what the stream has told up to
   * @throws SiteUnsuitableError, PositionLostError for a token that the server cannot go on from, LegacyServerError
   */
  static async open(
    site: Site,
    after?: { readonly token: Uint8Array; readonly time: Timestamp },
    signal?: AbortSignal,
  ): Promise<ChangeStream> {
    const hello = await run(site.database, { hello: 1 }, undefined, signal);
    const wire = Number(elementValue(hello, findElement(hello, 'maxWireVersion')!));
    const isReplicated = ['setName', 'msg'].some((field) => findElement(hello, field) !== undefined);
    if (!isReplicated || wire < WIRE_5_0) throw new SiteUnsuitableError(site.location, isReplicated);
    const isExpanded = wire >= WIRE_6_0;
    const options: Doc = new Map<string, Value>();
    if (isExpanded) options.set('showExpandedEvents', true);
    // By itself it begins after the cluster's newest time, which may belong to a write that nobody can read yet, and says that it
    // has come to a time that nothing was written at so far. What is read after this is not older than the stream, so nothing
    // lies between the two.
    const from = after?.time ?? operationTime(await run(site.database, { ping: 1 }, undefined, signal));
    if (after === undefined) options.set('startAtOperationTime', from);
    else options.set('startAfter', new RawDocument(after.token));
    try {
      const opened = await run(
        site.database,
        { aggregate: 1, pipeline: pipeline(site, options), cursor: new Map([['batchSize', 0]]) },
        undefined,
        signal,
      );
      const stream = new ChangeStream(site, isExpanded, after === undefined ? from : undefined, from, opened);
      if (after !== undefined) stream.#token = after.token;
      return stream;
    } catch (error) {
      throw lostOr(error, site);
    }
  }

  /** Whether changes of options and indexes are told. */
  get tellsDefinitions(): boolean {
    return this.isExpanded;
  }

  /** From where to go on after everything that was given. */
  get token(): Uint8Array {
    return this.#token;
  }

  /** Everything up to this time was given. */
  get time(): Timestamp {
    return this.#time;
  }

  /**
   * What is there; waits up to `wait` ms for the first of it.
   * @throws PositionLostError, LegacyServerError, the driver's errors, the signal's reason
   */
  async next(wait: number, signal?: AbortSignal): Promise<readonly ChangeEvent[]> {
    const { site } = this;
    let reply: Uint8Array;
    try {
      reply = await run(
        site.database,
        {
          getMore: this.#cursor!,
          collection: '$cmd.aggregate',
          batchSize: MAX_BATCH,
          maxTimeMS: Math.max(1, Math.ceil(wait)),
        },
        undefined,
        signal,
      );
    } catch (error) {
      throw lostOr(error, site);
    }
    const cursor = documentField(reply, 'cursor')!;
    this.#cursor = elementValue(cursor, findElement(cursor, 'id')!);
    const batch = documentAt(cursor, findElement(cursor, 'nextBatch')!);
    const events = Array.from(elements(batch), (each) => readEvent(documentAt(batch, each), site));
    this.#advance(documentField(cursor, 'postBatchResumeToken'), events.at(-1));
    const { after } = this;
    return after === undefined ? events : events.filter(({ time }) => compareTimes(time, after) > 0);
  }

  async close(): Promise<void> {
    if (this.#cursor === undefined || Number(this.#cursor) === 0) return;
    const kill = { killCursors: '$cmd.aggregate', cursors: [this.#cursor] };
    this.#cursor = undefined;
    await run(this.site.database, kill).catch(() => undefined);
  }

  #advance(token: Uint8Array | undefined, last: ChangeEvent | undefined): void {
    const next = last?.kind === 'invalidate' ? last.token : (token ?? last?.token);
    if (next === undefined) return;
    this.#token = Uint8Array.from(next);
    const time = tokenTime(next) ?? last?.time;
    if (time === undefined || compareTimes(time, this.#time) <= 0) return;
    // The rest of a transaction may be in the next batch.
    const isCut = last?.inTransaction === true && compareTimes(last.time, time) === 0;
    if (isCut) this.#time = justBefore(time);
    else this.#time = time;
  }
}

function justBefore({ t, i }: Timestamp): Timestamp {
  return i > 0 ? new Timestamp({ t, i: i - 1 }) : new Timestamp({ t: t - 1, i: 0xffffffff });
}

/** Only what is the site's; updates without what changed, which may be as large as the document. */
function pipeline(site: Site, options: Doc): Value {
  const pattern = namePattern(site);
  const stages: Doc[] = [new Map([['$changeStream', options]])];
  if (pattern !== undefined) {
    const isOurs = new Map([['$regex', pattern]]);
    const any: Doc[] = [
      new Map([['ns.coll', isOurs]]),
      new Map([['to.coll', isOurs]]),
      new Map([['operationType', 'invalidate']]),
    ];
    stages.push(new Map([['$match', new Map([['$or', any]])]]));
  }
  stages.push(new Map([['$unset', 'updateDescription']]));
  return stages;
}

function lostOr(error: unknown, site: Site): unknown {
  if (!(error instanceof LegacyServerError) || !LOST.has(error.mongoCode)) return error;
  return new PositionLostError(site.location, error);
}
