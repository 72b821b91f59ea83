import type { BranchState, Materializer } from '@argon/materializer';
import {
  BranchNotFoundError,
  branchDeletion,
  branchReset,
  type Actor,
  type BranchChange,
  type BranchRecord,
  type DraftCommit,
  type DraftEntry,
  type Store,
} from '@argon/wal';
import { randomBytes } from 'node:crypto';
import { countedAppend } from '../perf/counted-append';
import type { PerfRecorder } from '../perf/recorder';

/** When a draft is too large to go on in memory: by what it holds. */
export interface DraftLimit {
  readonly entries: number;
  readonly bytes: number;
}

export interface DraftLimits {
  /** What is drafted up to here becomes one commit of the branch itself. */
  readonly first: DraftLimit;
  /** How much of a larger draft goes to the staging branch at a time. */
  readonly next: DraftLimit;
}

export const DRAFT_LIMITS: DraftLimits = {
  first: { entries: 65_536, bytes: 32 << 20 },
  next: { entries: 8192, bytes: 4 << 20 },
};

export function isOver(held: DraftLimit, limit: DraftLimit): boolean {
  return held.entries >= limit.entries || held.bytes >= limit.bytes;
}

const NAME = /^staging-[0-9a-f]{16}$/;

/** Whether a branch is one that a large write goes to before it is done. */
export function isStagingName(name: string): boolean {
  return NAME.test(name);
}

/** How long a staging branch may stay that a killed process left behind, ms. */
const LIFETIME = 24 * 60 * 60 * 1000;

/**
 * Where a draft is written that memory should not hold: commit by commit on a branch of its own, forked from the state
 * that the draft is computed against. One commit then makes the branch adopt what the staging branch shows (a reset
 * that names it), all or nothing; the staging branch's name goes, and what it holds stays in the log.
 */
export class Staging {
  #branch: BranchRecord | undefined;
  #tip: BranchState | undefined;

  constructor(
    private readonly store: Store,
    private readonly materializer: Materializer,
    private readonly base: BranchState,
    readonly actor: Actor,
    private readonly perf?: PerfRecorder,
  ) {}

  /** Whether something is written there. */
  get isUsed(): boolean {
    return this.#tip !== undefined;
  }

  /** Appends commits. @returns what the staging branch shows then */
  async write(commits: readonly DraftCommit[], change?: BranchChange): Promise<BranchState> {
    this.#branch ??= await this.#create();
    const { id } = this.#branch;
    this.#tip ??= await this.materializer.refresh(id);
    if (commits.length === 0) return this.#tip;
    await this.materializer.pressure(id);
    const result = await countedAppend(this.perf, this.store, {
      branchId: id,
      after: this.#tip.lsn,
      commits,
      ...(change === undefined ? {} : { change }),
    });
    if (!result.appended) throw new BranchNotFoundError(id);
    this.#tip = await this.materializer.committed(id, result.commits);
    return this.#tip;
  }

  /**
   * Writes the rest, and gives the commit by which the branch adopts all of it.
   * @param change what goes with it: a merge is the staging branch's, everything else the branch's own
   */
  async adoption(
    rest: readonly DraftCommit[],
    change: BranchChange = {},
  ): Promise<{ readonly commits: readonly DraftCommit[]; readonly change: BranchChange }> {
    const { merged, ...own } = change;
    const controls: DraftEntry[] = [];
    const commits = rest.flatMap(({ entries, actor }) => {
      const staged = entries.filter(({ operation }) => operation !== 'modify_branch');
      controls.push(...entries.filter(({ operation }) => operation === 'modify_branch'));
      return staged.length === 0 ? [] : [{ entries: staged, actor }];
    });
    const tip = await this.write(commits, merged && { merged });
    const reset = branchReset(tip.lsn, this.actor, tip.branchId);
    return {
      // The reset's own entry comes last: its LSN is the commit's, by which the branch's record knows it.
      commits: [{ ...reset, entries: [...controls, ...reset.entries] }],
      change: { ...own, resetTo: tip.lsn, resetBranch: tip.branchId },
    };
  }

  /** Takes the name away: what was adopted stays, what was not is of no use. */
  async end(): Promise<void> {
    const [branch, tip] = [this.#branch, this.#tip];
    this.#branch = this.#tip = undefined;
    if (branch === undefined) return;
    const commits = [branchDeletion(branch.name, this.actor)];
    try {
      const { lsn } = tip ?? (await this.store.head(branch.id));
      await this.store.append({ branchId: branch.id, after: lsn, commits, change: { status: 'deleted' } });
    } catch {
      // What was to be done is done, or has failed for a better reason; the branch expires.
    }
  }

  async #create(): Promise<BranchRecord> {
    const { branchId, lsn } = this.base;
    const branch = await this.store.branchById(branchId);
    if (branch === undefined) throw new BranchNotFoundError(branchId);
    return this.store.createBranch({
      projectId: branch.projectId,
      name: `staging-${randomBytes(8).toString('hex')}`,
      parentId: branchId,
      baseLsn: lsn,
      actor: this.actor,
      expiresAt: Date.now() + LIFETIME,
    });
  }
}
