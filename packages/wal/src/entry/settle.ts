import { atOnce, type Steps } from '../pacing/steps';
import { entryChecksum, type UnsealedEntry } from './codec';
import { EmptyCommitError } from './errors';
import { type Commit, type DraftCommit, type Entry, type Lsn, settleLsn } from './entry';

/** What is needed to turn drafts into commits; an `AppendRequest` is one. */
export interface Unsettled {
  readonly branchId: number;
  readonly after: Lsn;
  readonly commits: readonly DraftCommit[];
}

/** Entries of one step. */
const STEP = 256;

/** An entry whose last fields are being filled in. */
type Sealing = { -readonly [Field in keyof Entry]: Entry[Field] };

/** How many entries a group of commits has, or how many LSNs a group of drafts takes. */
export function countEntries(commits: readonly Pick<Commit | DraftCommit, 'entries'>[]): number {
  let count = 0;
  for (const commit of commits) count += commit.entries.length;
  return count;
}

/** When something is said to have been made: as it is told, but never in the future. */
export function madeAt({ at }: { readonly at?: number }, now: number): number {
  return at === undefined ? now : Math.min(at, now);
}

/**
 * Drafts, given the LSN of the group's first entry and the time of all of them: commits as they go into the log,
 * with LSNs, links and checksums. An insert that names no record is its own.
 * `seal` gives each entry's checksum; a store that encodes entries anyway does both at once there.
 * @throws EmptyCommitError
 */
export function settleCommits(
  request: Unsettled,
  firstLsn: Lsn,
  timestamp: number,
  seal: (entry: UnsealedEntry) => number = entryChecksum,
): Commit[] {
  return atOnce(settling(request, firstLsn, timestamp, seal));
}

/** As `settleCommits`, in steps. */
export function* settling(
  request: Unsettled,
  firstLsn: Lsn,
  timestamp: number,
  seal: (entry: UnsealedEntry) => number = entryChecksum,
): Steps<Commit[]> {
  if (request.commits.length === 0) throw new EmptyCommitError();
  const commits: Commit[] = [];
  let after = request.after;
  let lsn = firstLsn;
  for (const draft of request.commits) {
    if (draft.entries.length === 0) throw new EmptyCommitError();
    const commitLsn = lsn + draft.entries.length - 1;
    const entries: Entry[] = [];
    const { note } = draft;
    for (const change of draft.entries) {
      const isOwnRecord = change.operation === 'insert' && change.recordLsn === 0;
      const entry = {
        lsn,
        timestamp,
        branchId: request.branchId,
        operation: change.operation,
        collection: change.collection,
        documentId: change.documentId,
        document: change.document,
        prevLsn: settleLsn(change.prevLsn, firstLsn),
        recordLsn: isOwnRecord ? lsn : settleLsn(change.recordLsn, firstLsn),
        commitLsn,
        actor: draft.actor,
        checksum: 0,
      } as Sealing;
      if (note !== undefined && lsn === commitLsn) entry.note = note;
      if (change.form !== undefined) entry.form = change.form;
      entry.checksum = seal(entry);
      entries.push(entry);
      lsn += 1;
      if (entries.length % STEP === 0) yield;
    }
    commits.push({ lsn: commitLsn, after, branchId: request.branchId, timestamp, entries });
    after = commitLsn;
  }
  return commits;
}
