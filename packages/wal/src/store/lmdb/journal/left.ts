import { readFileSync } from 'node:fs';
import { type JournalRecord, newestGeneration, recordsOf } from './layout';

/** What a journal holds that may be on disk nowhere else. */
export interface Left {
  /** LMDB's meta record of the state that comes before the first record, which is on disk whole. */
  readonly meta: Buffer;
  readonly records: readonly JournalRecord[];
}

/**
 * What is left in a journal whose data file's newest meta record is of this transaction: nothing if that one is not in
 * the journal, because then LMDB has flushed it by itself, and all before it.
 */
export function leftIn(journal: Buffer, newest: number): Left | undefined {
  const generation = newestGeneration(journal);
  // An older data file is not this journal's: somebody has put it there.
  if (generation === undefined || newest < generation.header.base) return undefined;
  const { bytes, header } = generation;
  const records = recordsOf(bytes, header);
  if (records.length === 0 || newest > header.base + records.length) return undefined;
  return { meta: header.meta, records };
}

/** The same for a file that need not be there. */
export function leftInFile(path: string, newest: number): Left | undefined {
  let journal: Buffer;
  try {
    journal = readFileSync(path);
  } catch {
    return undefined;
  }
  return leftIn(journal, newest);
}
