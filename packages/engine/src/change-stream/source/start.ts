import { Timestamp } from '@argon/bson';
import { LsnOutOfRangeError, MomentOutOfRangeError, type Materializer } from '@argon/materializer';
import { LsnBelowHorizonError, retentionOf, type BranchRecord, type Store } from '@argon/wal';
import { lsnAtOperationTime, operationTime } from '../../cluster-time/operation-time';
import { CommandError } from '../../handler/errors';
import { spansAfter } from '../log/path';
import type { ChangeStreamOptions } from '../options';
import { afterCommit, isWhole, LAST_NUMBER, WHOLE, type Place } from '../place';
import { tokenText, type ResumeToken } from '../resume-token';
import { isInScope, type Scope } from '../scope';
import type { BranchStart } from './branch-source';

interface Places {
  readonly store: Store;
  readonly materializer: Materializer;
}

/** Where a stream on a branch begins. @throws CommandError ChangeStreamHistoryLost, ChangeStreamFatalError */
export async function startOf(
  places: Places,
  branch: BranchRecord,
  scope: Scope,
  { resume, startAtOperationTime }: ChangeStreamOptions,
): Promise<BranchStart> {
  if (resume !== undefined) {
    await checkResumable(places.store, branch, scope, resume.token);
    const { token } = resume;
    return {
      place: token.fragment === undefined ? token.place : placeBefore(token.place),
      clusterTime: token.clusterTime,
    };
  }
  if (startAtOperationTime !== undefined) return startAt(places, branch, startAtOperationTime);
  const head = await places.store.head(branch.id);
  return { place: afterCommit(head.lsn), clusterTime: operationTime(head) };
}

/** Before an event, so that it is told again. */
function placeBefore(place: Place): Place {
  if (place.isInvalidate) return { ...place, isInvalidate: false };
  if (place.number > 0) return { ...place, number: place.number - 1, isInvalidate: true };
  return { ...place, at: place.at - 1, number: LAST_NUMBER };
}

async function startAt(
  { store, materializer }: Places,
  branch: BranchRecord,
  time: Timestamp,
): Promise<BranchStart> {
  const start = { clusterTime: time, notBefore: time };
  try {
    const place = afterCommit(await lsnAtOperationTime(materializer, branch.id, before(time)));
    await checkRetained(store, branch, place.lsn);
    return { ...start, place };
  } catch (error) {
    // Before its project there was nothing, so nothing of it is lost.
    if (error instanceof MomentOutOfRangeError || error instanceof LsnOutOfRangeError) {
      await checkRetained(store, branch, 0);
      return { ...start, place: afterCommit(0) };
    }
    throw asLoss(error);
  }
}

function before({ t, i }: Timestamp): Timestamp {
  if (i > 0) return new Timestamp({ t, i: i - 1 });
  return t === 0 ? new Timestamp({ t, i }) : new Timestamp({ t: t - 1, i: 2 ** 32 - 1 });
}

/** Whether the log has what comes after a token, on this branch. */
async function checkResumable(
  store: Store,
  branch: BranchRecord,
  scope: Scope,
  token: ResumeToken,
): Promise<void> {
  const { place } = token;
  await checkRetained(store, branch, isWhole(place) || place.at === place.lsn ? place.lsn : place.lsn - 1);
  if (place.lsn === 0 || token.branchId === 0) return;
  const [span] = await spansAfter(store, branch.id, place.lsn - 1);
  const chain = span?.chain ?? branch;
  if (place.lsn === chain.startLsn) return;
  const isThere =
    span !== undefined &&
    place.lsn <= span.through &&
    (await store.commitAtOrBefore(chain.id, { lsn: place.lsn }))?.lsn === place.lsn;
  if (!isThere) throw notFound(token);
  if (place.at === WHOLE) return;
  const [entry] = await store.entries(chain.id, [place.at]);
  // Entries of what was adopted lie elsewhere; a rename is told of under both names.
  if (entry?.collection && entry.recordLsn !== 0 && !isInScope(scope, entry.collection))
    throw notFound(token);
}

/** @throws CommandError ChangeStreamHistoryLost where something that came after an LSN may be compacted away */
export async function checkRetained(store: Store, branch: BranchRecord, lsn: number): Promise<void> {
  for (const { chain, after } of await spansAfter(store, branch.id, lsn)) {
    const { horizon } = retentionOf(chain);
    if (after < horizon)
      throw historyLost(`it was compacted up to LSN ${horizon}, and the stream was at ${lsn}`);
  }
}

function notFound(token: ResumeToken): CommandError {
  return new CommandError(
    'ChangeStreamFatalError',
    `cannot resume stream; the resume token was not found. {_data: "${tokenText(token)}"}`,
    { labels: ['NonResumableChangeStreamError'] },
  );
}

function historyLost(why: string, cause?: unknown): CommandError {
  return new CommandError(
    'ChangeStreamHistoryLost',
    `Resume of change stream was not possible, as the resume point may no longer be in the log: ${why}. Read what there is now, and begin a new stream`,
    { labels: ['NonResumableChangeStreamError'], ...(cause === undefined ? {} : { cause }) },
  );
}

/** Compaction may take what a stream is about to read. */
export function asLoss(error: unknown): unknown {
  return error instanceof LsnBelowHorizonError ? historyLost(error.message, error) : error;
}
