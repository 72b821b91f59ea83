import { ArgonClient } from '@argon/driver';
import { PEOPLE } from '../../documents/load';
import type { Person } from '../../documents/person';
import { PROJECT } from '../../subjects/argon';

/** What to look for: the people of a group at a time (ms since the epoch), and what is to be found. */
export interface PastQuery {
  readonly address: string;
  readonly time: number;
  readonly group: number;
  /** Whether the index may be used; else the whole collection is read. */
  readonly indexed: boolean;
  readonly expected: PastResult;
}

/** What tells a result from another. */
export interface PastResult {
  readonly documents: number;
  /** Of all of them. */
  readonly visits: number;
}

/**
 * Looks for documents of the past in a process that has read nothing before: the store is open and the client
 * connected, no state and no document is in memory. ms
 */
export async function coldPastQuery({ address, time, group, indexed, expected }: PastQuery): Promise<number> {
  const client = await new ArgonClient(address).connect();
  await client.db(PROJECT).command({ ping: 1 });
  const collection = client.db(PROJECT).collection<Person>(PEOPLE).atTime(time);
  const from = performance.now();
  const query = collection.find({ group });
  const found = await (indexed ? query : query.hint({ $natural: 1 })).toArray();
  const ms = performance.now() - from;
  checkPast(found, expected);
  await client.close();
  return ms;
}

export function checkPast(found: readonly Person[], { documents, visits }: PastResult): void {
  const sum = found.reduce((total, each) => total + each.visits, 0);
  if (found.length !== documents || sum !== visits) {
    throw new Error(
      `${found.length} people with ${sum} visits were found instead of ${documents} with ${visits}.`,
    );
  }
}
