import { ArgonClient } from '@argon/driver';
import { PEOPLE } from '../../documents/load';
import { personId } from '../../documents/person';
import { PROJECT } from '../../subjects/argon';

/** What to read: the document at an index as it was at an LSN, and the visits that it must have had. */
export interface PastRead {
  readonly address: string;
  readonly lsn: number;
  readonly index: number;
  readonly visits: number;
}

/**
 * Reads one document of the past in a process that has read nothing before: the store is open and the client
 * connected, no state and no document is in memory. ms
 */
export async function coldPast({ address, lsn, index, visits }: PastRead): Promise<number> {
  const client = await new ArgonClient(address).connect();
  await client.db(PROJECT).command({ ping: 1 });
  const collection = client.db(PROJECT).collection(PEOPLE).atLSN(lsn);
  const from = performance.now();
  const found = await collection.findOne({ _id: personId(index) });
  const ms = performance.now() - from;
  if (found?.['visits'] !== visits) {
    throw new Error(
      `Document ${index} had ${visits} visits at LSN ${lsn}, and ${found?.['visits']} were read.`,
    );
  }
  await client.close();
  return ms;
}
