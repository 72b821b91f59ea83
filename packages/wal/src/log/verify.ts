import type { Commit, Entry, Lsn } from '../entry/entry';
import { verifyEntry } from '../entry/codec';
import type { BranchRecord } from '../refs/records';
import { RecordedMoves } from './recorded-moves';
import { LsnSpans } from './lsn-spans';
import { problemOfBirth } from './birth-check';
import { retentionOf } from '../refs/retention';
import { timelineAt, type Timeline } from '../refs/timeline';
import type { Store } from '../store/store';
import { ArgonError } from '../errors';

/** Something in the log that breaks one of its rules. */
export interface VerifyProblem {
  readonly branchId: number;
  /** The entry or commit concerned; 0 if it is the branch as a whole. */
  readonly lsn: Lsn;
  readonly problem: string;
}

export interface VerifyReport {
  readonly projects: number;
  readonly branches: number;
  readonly commits: number;
  readonly entries: number;
  /** Empty if all is well; at most `MAX_PROBLEMS` are listed. */
  readonly problems: readonly VerifyProblem[];
}

const MAX_PROBLEMS = 100;

export interface VerifyOptions {
  /** Called after every batch with the number of entries checked so far. */
  readonly onProgress?: (entries: number) => void;
  /** Stops between two batches: `verifyStore` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads the whole log of every live branch and of the branches they stand on, and checks it: checksums, that commits
 * are whole and follow each other from the branch's start to its head, that LSNs are used once, that time does not
 * run backward, that links lead to versions of the same record, that branches begin at the end of a commit, and that
 * the records of branches tell of the same forks, resets and merges as the log. Changes nothing. Damage is reported,
 * not thrown.
 * At or below a branch's horizon, compaction may have taken entries and documents away, and nowhere else.
 */
export async function verifyStore(store: Store, options: VerifyOptions = {}): Promise<VerifyReport> {
  const verification = new Verification(store, options);
  const projects = await store.projects();
  for (const project of projects) {
    for (const branch of await store.branches(project.id)) await verification.branchAndAncestors(branch);
    const first = await store.branchById(project.id + 1);
    if (first) await verification.branchAndAncestors(first);
  }
  verification.overlaps();
  const { branches, commits, entries, problems } = verification;
  return { projects: projects.length, branches: branches.size, commits, entries, problems };
}

class Verification {
  readonly branches = new Map<number, BranchRecord>();
  readonly problems: VerifyProblem[] = [];
  commits = 0;
  entries = 0;
  readonly #spans = new LsnSpans();
  readonly #store: Store;
  readonly #options: VerifyOptions;

  constructor(store: Store, options: VerifyOptions) {
    this.#store = store;
    this.#options = options;
  }

  async branchAndAncestors(record: BranchRecord): Promise<void> {
    let branch: BranchRecord | undefined = record;
    while (branch !== undefined && !this.branches.has(branch.id)) {
      this.branches.set(branch.id, branch);
      await this.#reporting(branch.id, () => this.#branch(branch!));
      for (const { branchId } of branch.resets)
        if (branchId !== undefined) await this.#adopted(branch, branchId);
      if (branch.parentId === null) return;
      const parent: BranchRecord | undefined = await this.#store.branchById(branch.parentId);
      if (parent === undefined) this.#report(branch.id, 0, `its parent ${branch.parentId} is missing`);
      branch = parent;
    }
  }

  async #adopted(by: BranchRecord, id: number): Promise<void> {
    const branch = await this.#store.branchById(id);
    if (branch === undefined) this.#report(by.id, 0, `branch ${id}, which it adopted, is missing`);
    else await this.branchAndAncestors(branch);
  }

  /** LSNs that two commits claim. */
  overlaps(): void {
    for (const { first, branchId, other } of this.#spans.overlaps()) {
      this.#report(branchId, first, `its LSN is used on branch ${other} too`);
    }
  }

  async #branch(record: BranchRecord): Promise<void> {
    const { id } = record;
    const [birth] = await this.#store.entries(id, [id]);
    if (birth?.operation !== 'create_branch') this.#report(id, id, 'its birth entry is missing');
    else {
      this.#spans.add(record.parentId === null ? record.projectId : id, id, id);
      if (!verifyEntry(birth)) this.#report(id, id, 'its checksum does not match');
      const problem = await problemOfBirth(this.#store, record, birth);
      if (problem !== undefined) this.#report(id, id, problem);
    }
    const head = await this.#store.head(id);
    let lsn = record.startLsn;
    let timestamp = record.createdAt;
    const { horizon } = retentionOf(record);
    const moves = new RecordedMoves(record);
    for await (const batch of this.#store.commits(id, { after: record.startLsn, through: head.lsn })) {
      for (const commit of batch) {
        this.#commit(commit, id, lsn, timestamp, horizon);
        for (const entry of commit.entries) {
          const problem = moves.problemOf(entry);
          if (problem !== undefined) this.#report(id, entry.lsn, problem);
        }
        ({ lsn, timestamp } = commit);
      }
      await this.#links(record, batch);
      this.#options.onProgress?.(this.entries);
      this.#options.signal?.throwIfAborted();
    }
    if (lsn !== head.lsn) this.#report(id, lsn, `its chain ends here, and its head is ${head.lsn}`);
    for (const { lsn: at, problem } of moves.missing(head.lsn)) this.#report(id, at, problem);
  }

  #commit(commit: Commit, branchId: number, after: Lsn, timestamp: number, horizon: Lsn): void {
    const report = (problem: string) => this.#report(branchId, commit.lsn, problem);
    this.commits += 1;
    if (commit.after !== after) report(`it follows ${commit.after}, and the commit before it is ${after}`);
    if (commit.timestamp < timestamp) report('it is older than the commit before it');
    const first = commit.entries[0]?.lsn ?? commit.lsn;
    if (first <= Math.max(after, branchId)) report('its LSNs do not follow the commit before it');
    const isCompacted = commit.lsn <= horizon;
    if (!isCompacted && first + commit.entries.length - 1 !== commit.lsn) report('it is not whole');
    let last = after;
    this.#spans.add(first, commit.lsn, branchId);
    commit.entries.forEach((entry, i) => {
      this.entries += 1;
      const isInPlace = isCompacted ? entry.lsn > last && entry.lsn <= commit.lsn : entry.lsn === first + i;
      last = entry.lsn;
      if (!isInPlace || entry.commitLsn !== commit.lsn || entry.branchId !== branchId) {
        this.#report(branchId, entry.lsn, 'it does not belong to its commit');
      }
      if (entry.timestamp !== commit.timestamp)
        this.#report(branchId, entry.lsn, 'it has another time than its commit');
      if (!verifyEntry(entry)) this.#report(branchId, entry.lsn, 'its checksum does not match');
      if (entry.operation === 'insert' && entry.document === null && !isCompacted) {
        this.#report(branchId, entry.lsn, 'its document is missing');
      }
    });
  }

  /** Updates and deletes name the version that they replace: an entry of the same record, visible on the branch. */
  async #links(record: BranchRecord, batch: readonly Commit[]): Promise<void> {
    const replacing = batch
      .flatMap((commit) => commit.entries)
      .filter((entry) => entry.prevLsn > 0 && (entry.operation === 'update' || entry.operation === 'delete'));
    if (replacing.length === 0) return;
    const known = new Map<Lsn, Entry>();
    for (const commit of batch) for (const entry of commit.entries) known.set(entry.lsn, entry);
    const outside = replacing.map((entry) => entry.prevLsn).filter((lsn) => !known.has(lsn));
    const lookup = (id: number) => this.#store.branchById(id);
    const timelines: Timeline[] = [await timelineAt(record.id, batch[batch.length - 1]!.lsn, lookup)];
    // A reset within the batch changes what is visible in its middle.
    for (const reset of record.resets) timelines.push(await timelineAt(record.id, reset.lsn - 1, lookup));
    const byBranch = new Map<number, Lsn[]>();
    for (const lsn of new Set(outside)) {
      // Others' LSNs lie between a branch's own, so not all that cover it have it.
      const owners = new Set(timelines.map((timeline) => timeline.branchOf(lsn) ?? record.id));
      for (const owner of owners) byBranch.set(owner, [...(byBranch.get(owner) ?? []), lsn]);
    }
    for (const [id, lsns] of byBranch) {
      for (const entry of await this.#store.entries(id, lsns)) if (entry) known.set(entry.lsn, entry);
    }
    for (const entry of replacing) {
      const previous = known.get(entry.prevLsn);
      if (previous === undefined) {
        if (await this.#isCompacted(record, entry.prevLsn)) continue;
        this.#report(record.id, entry.lsn, `the version it replaces (${entry.prevLsn}) is missing`);
      } else if (previous.recordLsn !== entry.recordLsn) {
        this.#report(record.id, entry.lsn, `the version it replaces (${entry.prevLsn}) is of another record`);
      }
    }
  }

  /** Whether an LSN lies at or below the horizon of the branch on whose chain it would lie. */
  async #isCompacted(record: BranchRecord, lsn: Lsn): Promise<boolean> {
    let owner: BranchRecord | undefined = record;
    while (owner !== undefined && lsn <= owner.id && owner.parentId !== null) {
      owner = await this.#store.branchById(owner.parentId);
    }
    return owner !== undefined && lsn <= retentionOf(owner).horizon;
  }

  async #reporting(branchId: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ArgonError)) throw error;
      this.#report(branchId, 0, error.message);
    }
  }

  #report(branchId: number, lsn: Lsn, problem: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ branchId, lsn, problem });
  }
}
