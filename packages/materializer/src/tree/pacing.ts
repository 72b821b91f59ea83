import type { MaybePromise } from '@argon/wal';
import type { NodeStore } from './node-store';

/** Gives way to other work if it is time to. Called often, so it has to be cheap when it is not. */
export type Pacing = () => MaybePromise<void>;

/** Bytes of new chunks from which on they are put without waiting for the flush at the end. */
const PENDING_LIMIT = 32 * 1024 * 1024;

/** What long work does now and then: gives way, and keeps the chunks that wait to be put within bounds. */
export function breathe(nodes: NodeStore, pacing: Pacing): MaybePromise<void> {
  return nodes.pendingBytes > PENDING_LIMIT ? nodes.flush().then(pacing) : pacing();
}

export function noPacing(): void {
  return undefined;
}
