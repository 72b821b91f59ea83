import { Long } from 'mongodb';
import type { Collections, UnsealedNote } from '../collections';
import { removeUnsealed } from './writer';

/** No writer takes this long over one group, ms. */
const SLOWEST_WRITER_MS = 3_600_000;

/**
 * Removes the remains of groups whose writers died before sealing them, as the notes in `wal_meta` tell. Only where
 * another commit has followed the one that the group was to follow: the unique index lets such a group never be
 * sealed, so a writer that is merely slow loses nothing. The others wait for a later open.
 */
export async function sweepUnsealed(
  collections: Collections,
  notes: readonly UnsealedNote[],
): Promise<number> {
  let swept = 0;
  for (const note of notes) {
    const follower = await collections.log.findOne(
      { branch_id: note.branch_id as Long, after: note.after, sealed: true },
      { projection: { lsn: 1 } },
    );
    if (follower === null) continue;
    const group = {
      branchId: Number(note.branch_id),
      firstLsn: Number(note.first_lsn),
      lsn: Number(note.seal_lsn),
    };
    if (Number(follower.lsn) !== group.lsn) {
      await removeUnsealed(collections, group);
      swept += 1;
    }
    // A writer that is merely slow may still add unsealed records; while it may live, the note stays.
    if (Date.now() - note.since.getTime() > SLOWEST_WRITER_MS) {
      await collections.meta.deleteOne({ _id: note._id }, { writeConcern: { w: 1 } });
    }
  }
  return swept;
}
