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
  /** None if compaction took all. */
  readonly commits: readonly Commit[];
}

/**
 * Collects the records of groups from records in the order of their ids. Records whose seal never comes (a writer
 * died, or lost to another) are dropped.
 */
export class GroupCollector {
  #pending: ReadRecord[] = [];

  /** The records of the group that this record seals, itself the last; undefined if it seals none. */
  add(record: ReadRecord): readonly ReadRecord[] | undefined {
    // Ids of one group lie together, so what waits for another seal waits in vain.
    if (this.#pending[0]?.sealLsn !== record.sealLsn) this.#pending = [];
    this.#pending.push(record);
    if (!record.sealed) return undefined;
    const records = this.#pending;
    this.#pending = [];
    return records;
  }
}

/** A group from its records in order, the last of which seals it; undefined if one is missing. */
export function assembleGroup(records: readonly ReadRecord[]): ReadGroup | undefined {
  const seal = records[records.length - 1]!;
  const entries: Entry[] = [];
  let parts: Uint8Array[] = [];
  let arePartsMissing = false;
  const takeParts = (_lsn: Lsn, count: number): Uint8Array => {
    arePartsMissing ||= parts.length !== count;
    const whole = arePartsMissing ? EMPTY_DOCUMENT : Buffer.concat(parts);
    parts = [];
    return whole;
  };
  for (const record of records) {
    if (record.data !== undefined) {
      parts.push(record.data);
      continue;
    }
    for (const entry of readEntries(record, takeParts)) {
      const isInPlace = seal.count >= 0 || entry.lsn === seal.groupLsn + entries.length;
      if (!isInPlace || arePartsMissing) return undefined;
      entries.push(entry);
    }
  }
  const whole = seal.count >= 0 ? seal.count : seal.lsn + 1 - seal.groupLsn;
  if (entries.length !== whole) return undefined;
  return {
    after: seal.after,
    firstLsn: seal.groupLsn,
    lsn: seal.lsn,
    isBirth: seal.isBirth,
    timestamp: seal.timestamp,
    commits: splitCommits(entries, seal),
  };
}

function splitCommits(entries: readonly Entry[], seal: ReadRecord): Commit[] {
  const commits: Commit[] = [];
  let after = seal.follows;
  let start = 0;
  for (let index = 0; index < entries.length; index++) {
    // Compaction may have taken a commit's last entries.
    const lsn = entries[index]!.commitLsn;
    if (entries[index + 1]?.commitLsn === lsn) continue;
    const { branchId, timestamp } = seal;
    commits.push({ lsn, after, branchId, timestamp, entries: entries.slice(start, index + 1) });
    after = lsn;
    start = index + 1;
  }
  return commits;
}
