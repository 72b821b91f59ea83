import {
  branchDeletion,
  branchReset,
  NOBODY,
  settleLsn,
  type BranchChange,
  type Commit,
  type DraftCommit,
  type Lsn,
  type Store,
} from '@argon/wal';
import { SHARES, type Action } from './actions';
import { CommitDraft } from './changes';
import { copyOf, headOf, shownAt, type NaiveBranch, type NaiveState } from './naive-state';

/** Told of what was appended, as a writer would tell a materializer. */
export type OnAppend = (branchId: number, commits: readonly Commit[]) => unknown;

/** Plays actions on a store and on the naive model at once, so that the two can be compared at every LSN. */
export class History {
  /** Every branch there ever was. */
  readonly branches: NaiveBranch[] = [];
  readonly #live: NaiveBranch[] = [];

  private constructor(
    private readonly store: Store,
    private readonly projectId: number,
    private readonly onAppend: OnAppend,
  ) {}

  static async begin(store: Store, name: string, onAppend: OnAppend = () => undefined): Promise<History> {
    const { project, branch } = await store.createProject({ name, branchName: 'main', actor: NOBODY });
    const history = new History(store, project.id, onAppend);
    history.#add({
      id: branch.id,
      parent: undefined,
      states: [{ lsn: branch.startLsn, deleted: false, collections: new Map() }],
    });
    return history;
  }

  async play(action: Action): Promise<void> {
    const branch = this.#live[action.branch % this.#live.length]!;
    const head = headOf(branch);
    switch (action.kind) {
      case 'commits':
        return this.#commit(branch, action.commits);
      case 'fork': {
        const boundaries = boundariesOf(branch);
        const at = action.atHead
          ? boundaries.length - 1
          : Math.floor((action.at / SHARES) * boundaries.length);
        return this.#fork(branch, boundaries[at]!);
      }
      case 'reset': {
        const [start] = branch.states;
        const to = start!.lsn + Math.floor((action.to / SHARES) * (head.lsn - start!.lsn + 1));
        const shown = { ...copyOf(shownAt(branch, to)!), deleted: false };
        return this.#control(branch, branchReset(to, NOBODY), { resetTo: to }, shown);
      }
      case 'stage':
        return this.#stage(branch, action.commits);
      case 'deleteBranch':
        if (this.#live.length === 1) return;
        return this.#delete(branch);
    }
  }

  /** Takes up control commits that others appended: they show what was shown before. */
  async synchronize(): Promise<void> {
    for (const branch of this.#live) {
      const { lsn } = await this.store.head(branch.id);
      if (lsn > headOf(branch).lsn) branch.states.push({ ...copyOf(headOf(branch)), lsn });
    }
  }

  /** Branches that are not deleted. */
  get live(): readonly NaiveBranch[] {
    return this.#live;
  }

  async #commit(
    branch: NaiveBranch,
    changes: Extract<Action, { kind: 'commits' }>['commits'],
  ): Promise<void> {
    const drafts: CommitDraft[] = [];
    let before = headOf(branch);
    let count = 0;
    for (const group of changes) {
      const draft = new CommitDraft(copyOf(before), count);
      for (const change of group) draft.make(change);
      if (draft.entries.length === 0) continue;
      drafts.push(draft);
      count += draft.entries.length;
      before = draft.state;
    }
    if (drafts.length === 0) return;
    const commits = drafts.map(({ entries }): DraftCommit => ({ entries, actor: NOBODY }));
    const result = await this.store.append({ branchId: branch.id, after: headOf(branch).lsn, commits });
    if (!result.appended) throw new Error(`The history's own commits were refused: ${result.reason}`);
    const first = result.commits[0]!.entries[0]!.lsn;
    for (const [i, { state }] of drafts.entries()) {
      branch.states.push(settled({ ...state, lsn: result.commits[i]!.lsn }, first));
    }
    await this.onAppend(branch.id, result.commits);
  }

  async #fork(parent: NaiveBranch, baseLsn: Lsn): Promise<void> {
    const name = `b${this.branches.length}`;
    const request = { projectId: this.projectId, name, parentId: parent.id, baseLsn, actor: NOBODY };
    const { id } = await this.store.createBranch(request);
    const shown = shownAt(parent, baseLsn)!;
    this.#add({ id, parent, states: [{ ...copyOf(shown), lsn: baseLsn, deleted: false }] });
  }

  async #stage(branch: NaiveBranch, commits: Extract<Action, { kind: 'stage' }>['commits']): Promise<void> {
    await this.#fork(branch, headOf(branch).lsn);
    const staging = this.#live.at(-1)!;
    await this.#commit(staging, commits);
    const { lsn: to } = headOf(staging);
    const shown = { ...copyOf(headOf(staging)), deleted: false };
    const change = { resetTo: to, resetBranch: staging.id };
    await this.#control(branch, branchReset(to, NOBODY, staging.id), change, shown);
    await this.#delete(staging);
  }

  #delete(branch: NaiveBranch): Promise<void> {
    this.#live.splice(this.#live.indexOf(branch), 1);
    const gone = { ...copyOf(headOf(branch)), deleted: true };
    return this.#control(branch, branchDeletion('gone', NOBODY), { status: 'deleted' }, gone);
  }

  async #control(
    branch: NaiveBranch,
    commit: DraftCommit,
    change: BranchChange,
    state: NaiveState,
  ): Promise<void> {
    const request = { branchId: branch.id, after: headOf(branch).lsn, commits: [commit], change };
    const result = await this.store.append(request);
    if (!result.appended) throw new Error(`The history's own commit was refused: ${result.reason}`);
    branch.states.push({ ...state, lsn: result.commits[0]!.lsn });
    await this.onAppend(branch.id, result.commits);
  }

  #add(branch: NaiveBranch): void {
    this.branches.push(branch);
    this.#live.push(branch);
  }
}

/** Commit boundaries that a branch can be forked at, its ancestors' below its base included. */
function boundariesOf(branch: NaiveBranch): Lsn[] {
  const own = branch.states.map(({ lsn }) => lsn);
  if (!branch.parent) return own;
  const base = own[0]!;
  return [...boundariesOf(branch.parent).filter((lsn) => lsn < base), ...own];
}

/** Puts real LSNs in the place of provisional ones. */
function settled(state: NaiveState, first: Lsn): NaiveState {
  for (const { documents } of state.collections.values()) {
    for (const document of documents.values()) {
      document.record = settleLsn(document.record, first);
      document.lsn = settleLsn(document.lsn, first);
    }
  }
  return state;
}
