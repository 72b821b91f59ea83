import type { Commit, Entry, Lsn } from '../../../entry/entry';
import { EMPTY_DOCUMENT, type ReadRecord, readEntries } from './unpack';

/** A whole group: what one append wrote. */
export interface ReadGroup {
  /** −1 for a branch's birth. */
  readonly after: Lsn;
  readonly firstLsn: Lsn;
  readonly lsn: Lsn;
  readonly isBirth: boolean;
  readonly timestamp: number;
  readonly commits: readonly Commit[];
}

/**
 * Puts groups together from records in the order of their ids. Records whose seal never comes (a writer died, or
 * lost to another) are dropped.
 */
export class GroupAssembler {
  readonly #after: Lsn;
  #pending: ReadRecord[] = [];

  /** @param after - Entries up to this LSN are not wanted; groups may lack them. */
  constructor(after: Lsn) {
    this.#after = after;
  }

  /**
   * The group that this record seals; undefined if it seals none; 'incomplete' if some of its records were written
   * after the reader had passed their place, so that the group must be read again from its beginning.
   */
  add(record: ReadRecord): ReadGroup | 'incomplete' | undefined {
    if (!record.sealed) {
      // Ids of one group lie together, so what waits for another seal waits in vain.
      if (this.#pending[0]?.sealLsn !== record.sealLsn) this.#pending = [];
      this.#pending.push(record);
      return undefined;
    }
    const records = this.#pending.filter(({ sealLsn }) => sealLsn === record.lsn);
    this.#pending = [];
    records.push(record);
    return assembleGroup(records, record, Math.max(this.#after + 1, record.groupLsn));
  }
}

/** A group from its records, of which those with entries before `from` may be missing. */
export function assembleGroup(
  records: readonly ReadRecord[],
  seal: ReadRecord,
  from: Lsn,
): ReadGroup | 'incomplete' {
  const entries: Entry[] = [];
  let parts: Uint8Array[] = [];
  let expected = from;
  let partsMissing = false;
  const takeParts = (_lsn: Lsn, count: number): Uint8Array => {
    partsMissing ||= parts.length < count;
    const whole = partsMissing ? EMPTY_DOCUMENT : Buffer.concat(parts);
    parts = [];
    return whole;
  };
  for (const record of records) {
    if (record.data !== undefined) {
      parts.push(record.data);
      continue;
    }
    for (const entry of readEntries(record, takeParts, (lsn) => lsn >= from)) {
      if (entry.lsn !== expected || partsMissing) return 'incomplete';
      expected += 1;
      entries.push(entry);
    }
  }
  if (expected !== seal.lsn + 1) return 'incomplete';
  return {
    after: seal.after,
    firstLsn: seal.groupLsn,
    lsn: seal.lsn,
    isBirth: seal.isBirth,
    timestamp: seal.timestamp,
    commits: splitCommits(entries, seal, from),
  };
}

function splitCommits(entries: readonly Entry[], seal: ReadRecord, from: Lsn): Commit[] {
  const commits: Commit[] = [];
  // A group that is not read from its beginning starts after the commit before `from`.
  let after = from > seal.groupLsn ? from - 1 : seal.after;
  let start = 0;
  for (let index = 0; index < entries.length; index++) {
    const { lsn, commitLsn } = entries[index]!;
    if (lsn !== commitLsn) continue;
    const { branchId, timestamp } = seal;
    commits.push({ lsn, after, branchId, timestamp, entries: entries.slice(start, index + 1) });
    after = lsn;
    start = index + 1;
  }
  return commits;
}
