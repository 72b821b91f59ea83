import { type ClientSession, Long } from 'mongodb';
import type { Lsn } from '../../../entry/entry';
import { checkChange, resetOf } from '../../../refs/change';
import { BranchExistsError, BranchNotFoundError } from '../../../refs/errors';
import { checkMergedLater } from '../../../refs/merge-check';
import { changedRetention, changesRetention } from '../../../refs/retention-change';
import type { BranchChange } from '../../store';
import { duplicateIn } from '../connection/failure';
import { inTransaction } from '../connection/transaction';
import type { StoreContext } from '../context';
import type { ChainEnd } from '../log/heads';
import { endAfter } from '../log/writer';
import type { RecordGroup } from '../record/shape';
import { branchOf, storedMerge, storedReset, storedRetention, storedSource } from './shape';

/**
 * Checks a change before its commit is computed.
 * @throws InvalidNameError, InvalidResetError, BranchExistsError, BranchNotFoundError
 */
export async function checkBranchChange(
  { collections }: StoreContext,
  branchId: number,
  change: BranchChange,
  end: ChainEnd,
): Promise<void> {
  const stored = await collections.branches.findOne({ _id: Long.fromNumber(branchId) });
  if (stored === null) throw new BranchNotFoundError(branchId);
  const record = { ...branchOf(stored), headLsn: end.lsn };
  checkChange(record, change);
  if (change.name === undefined || change.name === record.name) return;
  const taken = await collections.branches.findOne({
    project_id: stored.project_id,
    name: change.name,
    status: 'active',
  });
  if (taken !== null) throw new BranchExistsError(change.name, record.projectId);
}

/**
 * Writes a group and changes the branch's record with it, in one transaction. False if another commit follows the one
 * that the group was to follow.
 * @throws BranchExistsError
 */
export async function writeWithChange(
  { client, collections, ends, writer }: StoreContext,
  group: RecordGroup,
  change: BranchChange,
): Promise<boolean> {
  const id = Long.fromNumber(group.branchId);
  const update = updateOf(group, change);
  const retentionAfter = async (session: ClientSession) => {
    const stored = await collections.branches.findOne({ _id: id }, { session });
    return stored === null ? {} : { retention: storedRetention(changedRetention(branchOf(stored), change)) };
  };
  const attempt = () =>
    inTransaction(client, async (session) => {
      await writer.writeWithin(session, group.records);
      if (change.merged) await takeMerged(collections, session, change.merged, group.lsn);
      const retention = changesRetention(change) ? await retentionAfter(session) : {};
      await collections.branches.updateOne(
        { _id: id },
        { ...update, $set: { ...update.$set, ...retention } },
        { session },
      );
    });
  try {
    const written = await writer.settle(group, attempt);
    if (written) ends.saw(group.branchId, endAfter(group));
    return written;
  } catch (error) {
    if (duplicateIn(error) !== 'name') throw error;
    const stored = await collections.branches.findOne({ _id: id });
    throw new BranchExistsError(change.name ?? '', Number(stored?.project_id ?? 0));
  }
}

/**
 * Checks what was merged, and writes to its branch's record: so of this and a move of that branch's horizon one waits for
 * the other.
 * @throws LsnBelowHorizonError
 */
async function takeMerged(
  { branches }: StoreContext['collections'],
  session: ClientSession,
  merged: NonNullable<BranchChange['merged']>,
  lsn: Lsn,
): Promise<void> {
  const _id = Long.fromNumber(merged.from);
  await branches.updateOne({ _id }, { $set: { merged_by: Long.fromNumber(lsn) } }, { session });
  await checkMergedLater(merged, async (id) => {
    const stored = await branches.findOne({ _id: Long.fromNumber(id) }, { session });
    return stored === null ? undefined : branchOf(stored);
  });
}

function updateOf(group: RecordGroup, change: BranchChange) {
  const lsn = Long.fromNumber(group.lsn);
  const { name, status, expiresAt, resetTo, merged, source } = change;
  return {
    $set: {
      head_lsn: lsn,
      ref_lsn: lsn,
      ...(name === undefined ? {} : { name }),
      ...(change.protected === undefined ? {} : { protected: change.protected }),
      ...(expiresAt === undefined ? {} : { expires_at: expiresAt === null ? null : new Date(expiresAt) }),
      ...(status === undefined ? {} : { status }),
      ...(source === undefined || source === null ? {} : { source: storedSource(source) }),
    },
    ...(source === null ? { $unset: { source: '' } as const } : {}),
    ...(resetTo === undefined && merged === undefined
      ? {}
      : {
          $push: {
            ...(resetTo === undefined ? {} : { resets: storedReset(resetOf(resetTo, change, group.lsn)) }),
            ...(merged === undefined ? {} : { merges: storedMerge({ lsn: group.lsn, ...merged }) }),
          },
        }),
  };
}
