import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ChangeStream,
  type ChangeStreamDocument,
  Long,
  type MongoClient,
  MongoError,
  type Timestamp,
} from 'mongodb';
import type { HeadWatch } from '../../../log/head-watch';
import type { Collections } from '../collections';

/** After a change stream broke, new ones are tried this often, with a longer pause each time. */
const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 100;

/**
 * Watches a branch's chain, or all of them, with a change stream and wakes those who wait for it. The stream only tells that there is
 * something new; what it is, is read from the log. So a stream that has to begin again loses nothing.
 */
export class ChainWatcher {
  readonly #client: MongoClient;
  readonly #log: Collections['log'];
  readonly #watch: HeadWatch;
  readonly #branchId: number | undefined;
  #stream: ChangeStream | undefined;
  #closed = false;
  #failure: unknown;

  constructor(client: MongoClient, log: Collections['log'], watch: HeadWatch, branchId?: number) {
    this.#client = client;
    this.#log = log;
    this.#watch = watch;
    this.#branchId = branchId;
  }

  /** Why watching ended, if it did by itself. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Begins to watch: every commit that is not visible to a majority when this resolves will wake. */
  async open(): Promise<void> {
    const stream = await this.#begin();
    if (this.#closed) await stream.close().catch(() => undefined);
    else void this.#run(stream);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stream?.close().catch(() => undefined);
  }

  /**
   * A stream from a moment on, once everything before that moment is visible: the read that waits for it and the
   * stream leave no gap between them.
   */
  async #begin(): Promise<ChangeStream> {
    const chain = this.#branchId === undefined ? {} : { branch_id: Long.fromNumber(this.#branchId) };
    const moment = await this.#client.withSession({ causalConsistency: true }, async (session) => {
      await this.#log.findOne(chain, { projection: { _id: 1 }, session, readConcern: 'local' });
      const now: Timestamp | undefined = session.operationTime;
      // This one waits until a majority has all that was there then.
      await this.#log.findOne(chain, { projection: { _id: 1 }, session });
      return now;
    });
    const stream = this.#log.watch(
      [
        {
          $match: {
            operationType: 'insert',
            ...(this.#branchId === undefined ? {} : { 'fullDocument.branch_id': chain.branch_id }),
            'fullDocument.sealed': true,
          },
        },
        { $project: { operationType: 1, 'fullDocument.branch_id': 1 } },
      ],
      moment === undefined ? {} : { startAtOperationTime: moment },
    );
    this.#stream = stream;
    return stream;
  }

  async #run(first: ChangeStream): Promise<void> {
    let stream = first;
    let tries = 0;
    while (!this.#closed) {
      try {
        for await (const change of stream) {
          tries = 0;
          this.#watch.notify(this.#branchId ?? branchOf(change));
        }
        return;
      } catch (error) {
        await stream.close().catch(() => undefined);
        if (this.#closed) return;
        const next = await this.#again(error, tries);
        if (next === undefined) return;
        stream = next;
        tries += 1;
        this.#watch.notify(this.#branchId ?? 0);
      }
    }
  }

  /** A new stream; undefined, and the failure kept, if there is none to be had. */
  async #again(error: unknown, tries: number): Promise<ChangeStream | undefined> {
    let failure = error;
    for (let left = MOST_TRIES - tries; left > 0 && failure instanceof MongoError && !this.#closed; left--) {
      await sleep(FIRST_PAUSE_MS * 2 ** (MOST_TRIES - left));
      try {
        return await this.#begin();
      } catch (again) {
        failure = again;
      }
    }
    this.#failure = failure;
    this.#watch.notify(this.#branchId ?? 0);
    return undefined;
  }
}

function branchOf(change: ChangeStreamDocument): number {
  const { fullDocument } = change as { fullDocument?: { branch_id?: Long | number } };
  return Number(fullDocument?.branch_id ?? 0);
}
