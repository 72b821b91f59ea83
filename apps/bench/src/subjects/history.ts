import { PEOPLE, loadPeople } from '../documents/load';
import { GROUPS, personId, type Person } from '../documents/person';
import type { Argon } from './argon';

export interface History {
  /** People in the collection. */
  readonly documents: number;
  /** The head when the people had been inserted and nothing was changed yet. */
  readonly lsn: number;
}

const SLICES = 20;

/** Inserts a tenth as many people as `entries`, and then changes all of them until there are `entries` entries more. */
export async function loadHistory(argon: Argon, entries: number): Promise<History> {
  const documents = Math.max(GROUPS, Math.ceil(entries / 10));
  const people = await loadPeople(argon.db(), documents);
  const lsn = await argon.head();
  for (let written = 0, slice = 0; written < entries; slice = (slice + 1) % SLICES) {
    const width = GROUPS / SLICES;
    const { modifiedCount } = await people.updateMany(
      { group: { $gte: slice * width, $lt: (slice + 1) * width } },
      { $inc: { visits: 1 } },
    );
    if (modifiedCount === 0) throw new Error('An update changed nothing.');
    written += modifiedCount;
  }
  return { documents, lsn };
}

/** Adds 1 to the visits of these people on a branch, each in a commit of its own. */
export async function changeScattered(
  argon: Argon,
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
