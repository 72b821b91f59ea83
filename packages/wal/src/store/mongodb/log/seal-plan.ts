import { Long } from 'mongodb';
import type { Lsn } from '../../../entry/entry';
import type { CompactedSeal, RecordId } from '../record/shape';

/** A seal as far as compaction is concerned. */
export interface StoredSeal extends CompactedSeal {
  readonly _id: RecordId;
  readonly lsn: Long | number;
  readonly after: Long | number;
}

export interface SealUpdate {
  readonly filter: { readonly _id: RecordId; readonly branch_id: Long };
  readonly update: object;
}

/**
 * What seals are to say: of their own groups what is left, and which commit their first one follows by now.
 *
 * @param seals of a chain, in order, from the first group that changed to one behind the last
 * @param left what is left of the groups that changed, by the LSN of their seal
 */
export function planSeals(
  branchId: number,
  seals: readonly StoredSeal[],
  left: ReadonlyMap<Lsn, readonly { readonly commit_lsn: Long | number }[]>,
): SealUpdate[] {
  const updates: SealUpdate[] = [];
  let before: Lsn | undefined;
  for (const seal of seals) {
    const { _id } = seal;
    const after = Number(seal.after);
    const followed = Number(seal.follows ?? after);
    const set: Record<string, unknown> = {};
    const unset: Record<string, ''> = {};
    if (before !== undefined && before !== followed) {
      if (before === after) unset['follows'] = '';
      else set['follows'] = Long.fromNumber(before);
    }
    const entries = left.get(Number(seal.lsn));
    let kept: Lsn | undefined;
    if (entries !== undefined) {
      const last = entries[entries.length - 1];
      kept = last && Number(last.commit_lsn);
      set['count'] = entries.length;
      if (kept === undefined) unset['kept_lsn'] = '';
      else set['kept_lsn'] = Long.fromNumber(kept);
    } else if (seal.count === undefined) kept = Number(seal.lsn);
    else if (seal.kept_lsn !== undefined) kept = Number(seal.kept_lsn);
    before = kept ?? before ?? followed;
    const update = {
      ...(Object.keys(set).length > 0 ? { $set: set } : {}),
      ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}),
    };
    if (Object.keys(update).length > 0) {
      updates.push({ filter: { _id, branch_id: Long.fromNumber(branchId) }, update });
    }
  }
  return updates;
}
