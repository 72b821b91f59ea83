import { ArgonClient } from '@argon/driver';
import { readFileSync } from 'node:fs';
import { PEOPLE } from '../../documents/load';
import { person, personId } from '../../documents/person';
import { randomSource } from '../../documents/random';
import { PROJECT } from '../../subjects/argon';

export interface ResidentMemory {
  /** The most that was resident at any time, bytes, pages of the mapped data file included. */
  readonly peak: number;
  /** The most that was seen resident of the process's own memory (no mapped files), bytes; where the system tells. */
  readonly own?: number;
  /** What was resident before anything was opened, bytes. */
  readonly atStart: number;
}

const LOOK_EVERY_MS = 20;

/** Scans a store's people once and reads some of them by `_id`, and watches its memory meanwhile. */
export async function residentMemory(given: {
  address: string;
  size: number;
  reads: number;
  cacheBytes: number;
}): Promise<ResidentMemory> {
  const atStart = process.memoryUsage.rss();
  let own: number | undefined;
  const look = (): void => {
    const now = ownMemory();
    if (now !== undefined) own = Math.max(own ?? 0, now);
  };
  const watch = setInterval(look, LOOK_EVERY_MS);
  const client = new ArgonClient(given.address, { cacheBytes: given.cacheBytes });
  const collection = client.db(PROJECT).collection(PEOPLE);
  let scanned = 0;
  for await (const document of collection.find({ note: { $ne: 'nothing' } }))
    if (document['email']) scanned++;
  look();
  if (scanned !== given.size) throw new Error(`The scan found ${scanned} of ${given.size} documents.`);
  const random = randomSource(given.reads);
  for (let i = 0; i < given.reads; i++) {
    const index = random.below(given.size);
    const found = await collection.findOne({ _id: personId(index) });
    if (found?.['email'] !== person(index).email) throw new Error(`Document ${index} was not found.`);
  }
  look();
  clearInterval(watch);
  await client.close();
  return {
    peak: process.resourceUsage().maxRSS * 1024,
    ...(own === undefined ? {} : { own }),
    atStart,
  };
}

/** Resident memory that belongs to no file; Linux tells it. */
function ownMemory(): number | undefined {
  try {
    const kib = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}
