import type { Entry, Lsn } from '../entry/entry';
import { numberOf, resetArgument } from '../refs/control-entries';
import type { BranchRecord, Merge, Reset } from '../refs/records';

/** Compares the resets and merges that a branch's record tells of with those in its chain. */
export class RecordedMoves {
  readonly #resets: Map<Lsn, Reset>;
  readonly #merges: Map<Lsn, Merge>;

  constructor(record: BranchRecord) {
    this.#resets = new Map(record.resets.map((reset) => [reset.lsn, reset]));
    this.#merges = new Map(record.merges?.map((merge) => [merge.lsn, merge]));
  }

  /** To be told of every entry of the chain, in order: how it contradicts the record, if it does. */
  problemOf(entry: Entry): string | undefined {
    if (entry.operation === 'reset_branch') {
      const reset = this.#resets.get(entry.lsn);
      this.#resets.delete(entry.lsn);
      // A reset that is newer than the record as it was read is no contradiction.
      const { to, branchId } = resetArgument(entry);
      if (reset !== undefined && (reset.to !== to || reset.branchId !== branchId))
        return `it resets to ${placeText(to, branchId)}, and the branch records a reset to ${placeText(reset.to, reset.branchId)} here`;
    }
    if (entry.operation === 'merge_branch') {
      const merge = this.#merges.get(entry.lsn);
      this.#merges.delete(entry.lsn);
      const [from, at] = [numberOf(entry, 'from'), numberOf(entry, 'at')];
      if (merge !== undefined && (merge.from !== from || merge.at !== at))
        return `it merges branch ${from} at ${at}, and the branch records a merge of ${merge.from} at ${merge.at} here`;
    }
    return undefined;
  }

  /** What the record tells of up to the head and no entry does. */
  missing(head: Lsn): { readonly lsn: Lsn; readonly problem: string }[] {
    const missing = (lsns: Iterable<Lsn>, what: string) =>
      [...lsns]
        .filter((lsn) => lsn <= head)
        .map((lsn) => ({ lsn, problem: `the branch records a ${what} here that the log does not have` }));
    return [...missing(this.#resets.keys(), 'reset'), ...missing(this.#merges.keys(), 'merge')];
  }
}

function placeText(lsn: Lsn | undefined, branchId: number | undefined): string {
  return branchId === undefined ? `${lsn}` : `${lsn} of branch ${branchId}`;
}
