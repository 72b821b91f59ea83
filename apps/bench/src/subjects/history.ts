import { setTimeout } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import { PEOPLE, loadPeople } from '../documents/load';
import { GROUPS, person, personId, type Person } from '../documents/person';
import type { Argon } from './argon';

export interface History {
  /** People in the collection. */
  readonly documents: number;
  /** The head when the people had been inserted and nothing was changed yet. */
  readonly lsn: number;
}

/** A moment within the changes of a long history. */
export interface Moment {
  /** ms since the epoch */
  readonly time: number;
  /** How many slices of people had been changed until then, one slice after the other, round and round. */
  readonly slices: number;
}

export interface LongHistory extends History {
  /** From its third to its last third, oldest first. */
  readonly moments: readonly Moment[];
  /** The index of the one document that was changed again and again, from the first slice to the last. */
  readonly often: number;
  /** How many times that was, besides the changes that all got. */
  readonly versions: number;
}

const SLICES = 20;
/** Groups of a slice. */
const WIDTH = GROUPS / SLICES;
const VERSIONS = 1_000;

/** As `loadHistory`, with an index on `group`, and all through it one document is changed a thousand times more. */
export async function loadLongHistory(argon: Argon, entries: number): Promise<LongHistory> {
  let versions = 0;
  let slices = 0;
  const moments: Moment[] = [];
  const history = await loadHistory(argon, entries, {
    inserted: (people) => people.createIndex({ group: 1 }),
    changed: async (people, share) => {
      const due = Math.ceil(VERSIONS * Math.min(1, share)) - versions;
      await changeScattered(
        argon,
        'main',
        new Array<number>(due).fill((await people.estimatedDocumentCount()) - 1),
      );
      versions += due;
      slices += 1;
      if (share < 1 / 3 || share > 2 / 3) return;
      moments.push({ time: Date.now(), slices });
      // The commits that come are of another moment.
      await setTimeout(5);
    },
  });
  return { ...history, often: history.documents - 1, versions, moments };
}

/** The visits that the person at an index had at a moment of a long history; not of the one that changed often. */
export function visitsAt(index: number, { slices }: Moment): number {
  const { visits, group } = person(index);
  const isAhead = Math.floor(group / WIDTH) < slices % SLICES;
  return visits + Math.floor(slices / SLICES) + (isAhead ? 1 : 0);
}

interface Stages {
  /** The people are there, and nothing was changed yet. */
  readonly inserted?: (people: Collection<Person>) => Promise<unknown>;
  /** One more slice of them was changed; `share` of all changes are done. */
  readonly changed?: (people: Collection<Person>, share: number) => Promise<void>;
}

/** Inserts a tenth as many people as `entries`, and then changes all of them until there are `entries` entries more. */
export async function loadHistory(
  argon: Argon,
  entries: number,
  { inserted, changed }: Stages = {},
): Promise<History> {
  const documents = Math.max(GROUPS, Math.ceil(entries / 10));
  const people = await loadPeople(argon.db(), documents);
  await inserted?.(people);
  const lsn = await argon.head();
  for (let written = 0, slice = 0; written < entries; slice = (slice + 1) % SLICES) {
    const { modifiedCount } = await people.updateMany(
      { group: { $gte: slice * WIDTH, $lt: (slice + 1) * WIDTH } },
      { $inc: { visits: 1 } },
    );
    if (modifiedCount === 0) throw new Error('An update changed nothing.');
    written += modifiedCount;
    await changed?.(people, written / entries);
  }
  return { documents, lsn };
}

/** Adds 1 to the visits of these people on a branch, each in a commit of its own. */
export async function changeScattered(
  argon: Pick<Argon, 'db'>,
  branch: string,
  indexes: readonly number[],
): Promise<void> {
  const { modifiedCount } = await argon
    .db(branch)
    .collection<Person>(PEOPLE)
    .bulkWrite(
      indexes.map((index) => ({
        updateOne: { filter: { _id: personId(index) }, update: { $inc: { visits: 1 } } },
      })),
    );
  if (modifiedCount !== indexes.length)
    throw new Error(`${modifiedCount} of ${indexes.length} were changed.`);
}
