import { Binary, type Doc, type Value } from '@argon/bson';
import type { BranchState, Materializer } from '@argon/materializer';
import type { Store } from '@argon/wal';
import type { EntriesPart } from '../log/branch-log';
import type { ChangeStreamOptions } from '../options';
import type { Scope } from '../scope';

/** What events are made with: where their parts are read, and what the stream asked for. */
export interface EventContext {
  readonly store: Store;
  readonly materializer: Materializer;
  readonly branchId: number;
  readonly scope: Scope;
  readonly options: ChangeStreamOptions;
  /** The database's name, as the client wrote it. */
  readonly database: string;
}

/** `{db, coll}` */
export function namespaceOf({ database }: EventContext, collection: string): Doc {
  return new Map([
    ['db', database],
    ['coll', collection],
  ]);
}

/** What the branch showed before the n-th entry of a part's commit. */
export async function stateBefore(
  { materializer }: EventContext,
  { chainId, after, entries }: EntriesPart,
  n: number,
): Promise<BranchState> {
  const state = await materializer.stateAt(chainId, after);
  const { lsn, timestamp } = state;
  return n === 0 ? state : state.advance(entries.slice(0, n), { lsn, timestamp });
}

export function uuidValue(uuid: Uint8Array): Value {
  return new Binary(uuid, Binary.SUBTYPE_UUID);
}
