import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { PEOPLE } from '../../documents/load';
import { person, personId, type Person } from '../../documents/person';

/** A person who knows by which of the writes it was written last. */
export interface WrittenPerson extends Person {
  readonly write?: number;
}

export interface SteadyWrites {
  /** `mongodb://…/database`, whose `people` are the first `size`. */
  readonly address: string;
  readonly size: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/** How long to wait before looking what is due, ms. */
const TICK = 2;

/** Every other write is one; the rest are updates. */
export function isInsert(n: number): boolean {
  return n % 2 === 0;
}

/**
 * Writes at a steady pace, whatever the answers take: inserts, and updates all over the collection, and each says the how manieth it was.
 * @returns when each was sent, and acknowledged by mongod, ms since the epoch; and what the pace was in the end
 */
export async function steadyWrites({ address, size, perSecond, seconds }: SteadyWrites) {
  const client = await MongoClient.connect(address, { writeConcern: { w: 'majority', journal: true } });
  const people = client.db().collection<WrittenPerson>(PEOPLE);
  await people.findOne({ _id: personId(0) });
  const sent: number[] = [];
  const acknowledged: number[] = [];
  const write = async (n: number): Promise<void> => {
    const index = Math.floor(n / 2);
    sent[n] = Date.now();
    if (isInsert(n)) await people.insertOne({ ...person(size + index), write: n });
    else await people.updateOne({ _id: personId((index * 7_919) % size) }, { $set: { write: n } });
    acknowledged[n] = Date.now();
  };
  const all = perSecond * seconds;
  const underWay: Promise<void>[] = [];
  const started = performance.now();
  while (underWay.length < all) {
    const due = Math.min(all, Math.floor(((performance.now() - started) / 1000) * perSecond) + 1);
    while (underWay.length < due) underWay.push(write(underWay.length));
    await delay(TICK);
  }
  await Promise.all(underWay);
  const took = (performance.now() - started) / 1000;
  await client.close();
  return { sent, acknowledged, perSecond: all / took };
}
