import { PEOPLE, loadPeople } from '../documents/load';
import { GROUPS, personId, type Person } from '../documents/person';
import type { Argon } from './argon';

export interface History {
  /** People in the collection. */
  readonly documents: number;
  /** The head when the people had been inserted and nothing was changed yet. */
  readonly lsn: number;
}

export interface LongHistory extends History {
  /** The index of the one document that was changed again and again, from the first slice to the last. */
  readonly often: number;
  /** How many times that was, besides the changes that all got. */
  readonly versions: number;
}

const SLICES = 20;
const VERSIONS = 1_000;

/** As `loadHistory`, and all through it one document is changed a thousand times more. */
export async function loadLongHistory(argon: Argon, entries: number): Promise<LongHistory> {
  const often = 0;
  let versions = 0;
  const history = await loadHistory(argon, entries, async (share) => {
    const due = Math.ceil(VERSIONS * Math.min(1, share)) - versions;
    await changeScattered(argon, 'main', new Array<number>(due).fill(often));
    versions += due;
  });
  return { ...history, often, versions };
}

/**
 * Inserts a tenth as many people as `entries`, and then changes all of them until there are `entries` entries more.
 * @param between called after every slice of changes with the share of them that is done
 */
export async function loadHistory(
  argon: Argon,
  entries: number,
  between?: (share: number) => Promise<void>,
): Promise<History> {
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
    await between?.(written / entries);
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
