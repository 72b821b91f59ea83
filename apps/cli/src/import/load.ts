import { encodeDocument, type Value } from '@argon/bson';
import { Command } from '@argon/engine';
import { CancelledError } from '../errors/errors';
import { firstWriteError, numberIn } from '../query/reply';
import type { Session } from '../store/session';
import { inBatches } from './batches';
import { DocumentRejectedError } from './errors';
import type { Undo } from './undo';

export interface LoadOptions {
  /** Go on past documents that cannot be inserted (a key that is there already, a validator that says no). */
  readonly keepGoing: boolean;
  /** Told after each batch how many documents have been taken from the source. */
  readonly progress: (documents: number) => void;
}

export interface LoadResult {
  readonly inserted: number;
  readonly rejected: number;
  /** Why the first one was rejected. */
  readonly firstRejection: DocumentRejectedError | undefined;
}

/**
 * Inserts documents in batches; the next is read while one is written. Memory is bounded by two batches.
 * @throws DocumentRejectedError unless told to keep going, CancelledError after Ctrl-C, what the source throws
 */
export async function load(
  session: Session,
  database: string,
  collection: string,
  documents: AsyncIterable<readonly Uint8Array[]>,
  options: LoadOptions,
  undo: Undo,
): Promise<LoadResult> {
  const body = encodeDocument(
    new Map<string, Value>([
      ['insert', collection],
      ['ordered', !options.keepGoing],
      ['$db', database],
    ]),
  );
  let taken = 0;
  let inserted = 0;
  let firstRejection: DocumentRejectedError | undefined;
  const send = async (batch: readonly Uint8Array[]) => {
    const before = taken;
    taken += batch.length;
    const reply = await session.run(Command.fromBytes(body, new Map([['documents', batch]])));
    const n = numberIn(reply, 'n');
    inserted += n;
    if (n > 0) undo.commits++;
    const failed = firstWriteError(reply);
    if (failed !== undefined) {
      const rejection = new DocumentRejectedError(
        before + failed.index + 1,
        failed.error.message,
        failed.error.data,
      );
      if (!options.keepGoing) throw rejection;
      firstRejection ??= rejection;
    }
    options.progress(taken);
  };

  let underWay: Promise<void> = Promise.resolve();
  try {
    for await (const batch of inBatches(documents)) {
      await underWay;
      if (session.signal.aborted) throw new CancelledError('The import was stopped.');
      underWay = send(batch);
      // Awaited above or below; until then a failure is nobody's to handle.
      underWay.catch(() => undefined);
    }
    await underWay;
  } catch (error) {
    // What is on its way must have landed before anything can be undone; its own error came first.
    await underWay;
    throw error;
  }
  return { inserted, rejected: taken - inserted, firstRejection };
}
