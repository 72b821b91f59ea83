import type { Value } from '@argon/bson';
import type { DocumentStream } from './cursors';

/**
 * A stream that may have nothing yet, and more later: what tailable cursors read. `next` does not wait: an empty batch means
 * that there is nothing at the moment.
 */
export interface LiveStream extends DocumentStream {
  /** Its errors say whether the stream may be resumed. */
  readonly isChangeStream?: boolean;
  /** Called before a batch is read: what it shows is looked at anew. */
  refresh?(): Promise<void>;
  /** Whether getMore waits for documents rather than answer that there are none. */
  readonly awaitsData: boolean;
  /** Resolves when `next` may have something, or the signal aborts. */
  arrival(signal: AbortSignal): Promise<void>;
  /**
   * Fields of the cursor that go with each batch, before its id.
   * @param last the last document of the batch, if others of the stream wait behind it
   */
  batchFields?(last: Uint8Array | undefined): ReadonlyMap<string, Value>;
}

export function isLive(stream: DocumentStream): stream is LiveStream {
  return 'arrival' in stream;
}
