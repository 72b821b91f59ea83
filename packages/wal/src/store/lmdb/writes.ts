import type { Actor, Commit, DraftCommit, Lsn } from '../../entry/entry';
import { countEntries, madeAt, settleCommits } from '../../entry/settle';
import { atOnce, type Steps } from '../../pacing/steps';
import { changedRecord, checkChange } from '../../refs/change';
import { branchBirth, branchDeletion, projectBirth, projectDeletion } from '../../refs/control-entries';
import {
  BranchExistsError,
  BranchNotFoundError,
  InvalidForkPointError,
  ProjectExistsError,
  ProjectNotFoundError,
} from '../../refs/errors';
import { forkPlace } from '../../refs/fork-point';
import { checkMerged } from '../../refs/merge-check';
import { newBranch, newProject } from '../../refs/new-records';
import { rewritableThrough, rewrittenRetention } from '../../refs/retention';
import type { BranchRecord, ProjectRecord } from '../../refs/records';
import type {
  AppendRequest,
  AppendResult,
  CreateBranchRequest,
  CreateProjectRequest,
  EntryRewrite,
} from '../store';
import { type DeltaPlan, WHOLE } from './blocks/delta-plan';
import type { Dependents } from './blocks/dependents';
import { encodeBlock } from './blocks/encode-block';
import { type Item, itemOf } from './blocks/item';
import { rewriteBlocks } from './blocks/rewrite';
import { extending, lyingAfter, type Tail, type TailWrites, writeTail } from './blocks/tail';
import type { ChainReader } from './chain-reader';
import type { PreparedAppend } from './prepared-append';
import { branchKey, branchNameKey, entryKey, projectKey, projectNameKey, u64 } from './keys';
import { type ChainEnd, encodeBranch, encodeProject, readHead, readTail, withEnd } from './record-codec';
import { branchByName, liveBranches, projectById, projectByName, storedBranch } from './refs-reader';
import type { WriteTransaction } from './write-transaction';

/*
 * The writes, each within one transaction. Everything that may fail comes before the first put.
 */

/** Entries of one step. */
const STEP = 256;

/** Gives a group of drafts its LSNs. */
function settle(
  transaction: WriteTransaction,
  request: { branchId: number; after: Lsn; commits: readonly DraftCommit[] },
  timestamp: number,
): readonly Commit[] {
  const commits = settleCommits(request, transaction.lastLsn + 1, timestamp);
  transaction.takeLsns(countEntries(request.commits));
  return commits;
}

/** The entries of a branch's birth lie before its chain, each by itself. */
function putBirth(transaction: WriteTransaction, commits: readonly Commit[]): void {
  for (const { entries } of commits) {
    for (const entry of entries)
      transaction.put(entryKey(entry.branchId, entry.lsn), encodeBlock([itemOf(entry)], 0, 1));
  }
}

/** A new branch's chain, which has no entries yet. */
function emptyTail(branchId: number): Tail {
  return { lsn: branchId, bytes: 0 };
}

/** What it takes to put commits at the end of a branch's chain. */
function extend(
  transaction: WriteTransaction,
  branchId: number,
  tail: Tail,
  commits: readonly Commit[],
  plan: DeltaPlan = WHOLE,
): TailWrites {
  return atOnce(extendingBy(() => lyingAfter(transaction, branchId, tail), branchId, tail, commits, plan));
}

/** As `extend`, in steps. */
export function* extendingBy(
  lying: () => readonly Buffer[],
  branchId: number,
  tail: Tail,
  commits: readonly Commit[],
  plan: DeltaPlan,
): Steps<TailWrites> {
  const entries = commits.length === 1 ? commits[0]!.entries : commits.flatMap((commit) => commit.entries);
  const items: Item[] = [];
  for (const [n, entry] of entries.entries()) {
    items.push(itemOf(entry, plan.deltas[n]));
    if (items.length % STEP === 0) yield;
  }
  return yield* extending(lying, branchId, tail, items);
}

export function createProject(
  transaction: WriteTransaction,
  request: CreateProjectRequest,
  now: number,
): { project: ProjectRecord; branch: BranchRecord } {
  if (projectByName(transaction, request.name)) throw new ProjectExistsError(request.name);
  const id = transaction.lastLsn + 1;
  const birth = settle(
    transaction,
    { branchId: id + 1, after: 0, commits: [projectBirth(request, id)] },
    now,
  );
  const { project, branch } = newProject(request, id, now);
  putBirth(transaction, birth);
  transaction.put(projectKey(id), encodeProject(project));
  transaction.put(projectNameKey(project.name), u64(id));
  transaction.put(
    branchKey(branch.id),
    encodeBranch({ record: branch, headTimestamp: now, tail: emptyTail(branch.id) }),
  );
  transaction.put(branchNameKey(id, branch.name), u64(branch.id));
  return { project, branch };
}

export function createBranch(
  transaction: WriteTransaction,
  chains: ChainReader,
  request: CreateBranchRequest,
  now: number,
): BranchRecord {
  const { projectId, parentId, baseLsn, name } = request;
  if (projectById(transaction, projectId)?.status !== 'active') throw new ProjectNotFoundError(projectId);
  const parent = storedBranch(transaction, parentId);
  if (parent?.record.projectId !== projectId || parent.record.status === 'deleted') {
    throw new BranchNotFoundError(parentId, projectId);
  }
  if (branchByName(transaction, projectId, name)) throw new BranchExistsError(name, projectId);
  const place = forkPlace(parent.record, baseLsn, (id) => storedBranch(transaction, id)?.record);
  if (!place.isBoundary && chains.commitAtOrBeforeLsn(place.branch.id, baseLsn)?.lsn !== baseLsn) {
    throw new InvalidForkPointError(baseLsn, parentId, parent.record.headLsn);
  }
  const id = transaction.lastLsn + 1;
  const createdAt = Math.max(now, parent.headTimestamp);
  const birth = settle(transaction, { branchId: id, after: 0, commits: [branchBirth(request)] }, createdAt);
  const branch = newBranch(request, id, createdAt);
  putBirth(transaction, birth);
  transaction.put(
    branchKey(id),
    encodeBranch({ record: branch, headTimestamp: createdAt, tail: emptyTail(id) }),
  );
  transaction.put(branchNameKey(projectId, name), u64(id));
  return branch;
}

export function append(
  transaction: WriteTransaction,
  request: AppendRequest,
  plan: DeltaPlan,
  now: number,
  prepared?: PreparedAppend,
): AppendResult {
  const { branchId, after, change } = request;
  const key = branchKey(branchId);
  const bytes = transaction.get(key);
  if (bytes === undefined) throw new BranchNotFoundError(branchId);
  const head = readHead(bytes);
  if (head.deleted) return { appended: false, reason: 'branch-deleted' };
  if (head.lsn !== after) return { appended: false, reason: 'head-moved' };

  const before = change && storedBranch(transaction, branchId)!.record;
  if (before !== undefined && change !== undefined) {
    checkChange(before, change);
    if (change.merged) checkMerged(change.merged, (id) => storedBranch(transaction, id)?.record);
    const { name } = change;
    if (name !== undefined && name !== before.name && branchByName(transaction, before.projectId, name)) {
      throw new BranchExistsError(name, before.projectId);
    }
  }
  const ready = prepared?.ifStill(transaction, bytes);
  const timestamp = ready?.timestamp ?? Math.max(madeAt(request, now), head.timestamp);
  const commits = ready?.commits ?? settle(transaction, request, timestamp);
  if (ready !== undefined) transaction.takeLsns(countEntries(commits));
  const { lsn } = commits[commits.length - 1]!;
  const writes = ready?.writes ?? extend(transaction, branchId, readTail(bytes), commits, plan);

  writeTail(transaction, writes);
  const end = { lsn, timestamp, tail: writes.tail };
  if (before === undefined) transaction.put(key, withEnd(bytes, end));
  else putChanged(transaction, before, changedRecord(before, change, lsn), end);
  return { appended: true, commits };
}

/** See `Store.rewrite`. */
export function rewrite(
  transaction: WriteTransaction,
  chains: ChainReader,
  branchId: number,
  changes: readonly EntryRewrite[],
  compacted: Lsn,
  dependents: Dependents,
): void {
  const stored = storedBranch(transaction, branchId);
  if (stored === undefined) throw new BranchNotFoundError(branchId);
  const through = rewritableThrough(stored.record);
  const below = changes.filter(({ lsn }) => lsn > branchId && lsn <= through);
  const writes = rewriteBlocks(transaction, chains, stored, below, dependents);
  writeTail(transaction, writes);
  const record = { ...stored.record, retention: rewrittenRetention(stored.record, compacted) };
  transaction.put(branchKey(branchId), encodeBranch({ ...stored, record }));
}

/** Writes a changed record and keeps the index of live names in step. */
function putChanged(
  transaction: WriteTransaction,
  before: BranchRecord,
  record: BranchRecord,
  { timestamp, tail }: ChainEnd,
): void {
  transaction.put(branchKey(record.id), encodeBranch({ record, headTimestamp: timestamp, tail }));
  if (record.name === before.name && record.status === before.status) return;
  transaction.remove(branchNameKey(before.projectId, before.name));
  if (record.status === 'active')
    transaction.put(branchNameKey(record.projectId, record.name), u64(record.id));
}

/** Returns the ids of the branches whose chains it wrote to. */
export function deleteProject(
  transaction: WriteTransaction,
  projectId: number,
  actor: Actor,
  now: number,
): readonly number[] {
  const project = projectById(transaction, projectId);
  if (project?.status !== 'active') throw new ProjectNotFoundError(projectId);
  const branches = liveBranches(transaction, projectId);
  const first = storedBranch(transaction, projectId + 1)!.record;
  const end = (branch: BranchRecord, draft: DraftCommit, change?: { status: 'deleted' }) => {
    const { record, headTimestamp, tail } = storedBranch(transaction, branch.id)!;
    const timestamp = Math.max(now, headTimestamp);
    const commits = settle(
      transaction,
      { branchId: record.id, after: record.headLsn, commits: [draft] },
      timestamp,
    );
    const writes = extend(transaction, record.id, tail, commits);
    writeTail(transaction, writes);
    const { lsn } = commits[0]!;
    putChanged(transaction, record, changedRecord(record, change, lsn), {
      lsn,
      timestamp,
      tail: writes.tail,
    });
  };
  for (const branch of branches) end(branch, branchDeletion(branch.name, actor), { status: 'deleted' });
  end(first, projectDeletion(project.name, actor));
  transaction.put(projectKey(projectId), encodeProject({ ...project, status: 'deleted' }));
  transaction.remove(projectNameKey(project.name));
  return [...new Set([...branches.map((branch) => branch.id), first.id])];
}
