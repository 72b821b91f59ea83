import { type Doc } from '@argon/bson';
import { formatAddress, type Draft, type WalEngine } from '@argon/engine';
import {
  BranchNotFoundError,
  controlEntry,
  findBranch,
  ProjectNotFoundError,
  type Actor,
  type LiveBranch,
  type Lsn,
} from '@argon/wal';
import { MirrorBusyError, MirrorTargetError } from './errors';
import { isHeld, type Lease } from './lease';
import { decodePosition, encodePosition, type Position } from './position';

/** Drafts a commit, and says where the mirror is after it. Runs again from a newer head. */
export type MirrorWork = (draft: Draft) => Promise<Position>;

const CHANGES_NOTHING = new Set(['modify_branch', 'rename_branch']);

/** The branch that a mirror writes to: it alone, and with each commit its position. */
export class TargetBranch {
  /** The newest commit that is known to be the mirror's, or to change nothing. */
  #head: Lsn;

  private constructor(
    private readonly engine: WalEngine,
    private readonly found: LiveBranch,
    private readonly actor: Actor,
    private readonly lease: Lease,
    head: Lsn,
    /** Where the mirror was when it was opened; undefined: it is new. */
    readonly position: Position | undefined,
  ) {
    this.#head = head;
  }

  /**
   * @param location of the site that is to be mirrored
   * @throws ProjectNotFoundError, BranchNotFoundError, MirrorTargetError, MirrorBusyError, PositionUnreadableError
   */
  static async open(
    engine: WalEngine,
    address: { readonly project: string; readonly branch: string; readonly takeOver?: boolean },
    location: string,
    actor: Actor,
    lease: Lease,
  ): Promise<TargetBranch> {
    const { project, branch } = address;
    const found = await findBranch(engine.store, project, branch);
    if (found === 'no-project') throw new ProjectNotFoundError(project);
    if (found === 'no-branch') throw new BranchNotFoundError(branch);
    const { source, id, startLsn } = found.branch;
    if (address.takeOver === true) {
      const holder = source === undefined ? null : decodePosition(source).holder;
      if (isHeld(holder)) throw new MirrorBusyError(branch, holder);
      return new TargetBranch(engine, found, actor, lease, (await engine.store.head(id)).lsn, undefined);
    }
    if (source === undefined) {
      const state = await engine.materializer.refresh(id);
      const target = new TargetBranch(engine, found, actor, lease, startLsn, undefined);
      // What was made and dropped again is in nobody's way.
      if (state.collections.size > 0) await target.#passOwn(state.lsn);
      else target.#head = state.lsn;
      return target;
    }
    const position = decodePosition(source);
    if (position.site !== location)
      throw new MirrorTargetError(branch, `it is a mirror of ${position.site}, and not of ${location}`);
    if (isHeld(position.holder)) throw new MirrorBusyError(branch, position.holder);
    const target = new TargetBranch(engine, found, actor, lease, position.after, position);
    const head = await engine.store.head(id);
    const own = await engine.store
      .commits(id, { after: position.after, bare: true })
      [Symbol.asyncIterator]()
      .next();
    if (own.done !== true) target.#head = own.value[0]!.lsn;
    await target.#passOwn(head.lsn);
    return target;
  }

  /**
   * Writes a commit together with the position after it. If nothing is drafted, the position alone.
   * @param large it may draft more than memory should hold
   * @throws MirrorTargetError when somebody else wrote to the branch, MirrorBusyError when another process has taken it over
   */
  async commit(work: MirrorWork, large = false): Promise<Position> {
    const { engine, found, lease } = this;
    const { project, branch } = found;
    const database = formatAddress({ project: project.name, branch: branch.name });
    let next: Position | undefined;
    await engine.write(
      branch.id,
      database,
      async (draft) => {
        next = undefined;
        await this.#checkHead(draft.base.lsn);
        draft.trust();
        next = await work(draft);
        draft.control(controlEntry('modify_branch', positionNote(next)));
      },
      this.actor,
      {
        alone: true,
        large,
        change: ({ lsn }) => {
          // The work has failed, and nothing will be written.
          if (next === undefined) return {};
          next = { ...next, after: lsn, holder: next.holder === null ? null : lease.holder };
          return { source: encodePosition(next) };
        },
        committed: (commits) => {
          this.#head = commits.at(-1)!.lsn;
        },
      },
    );
    return next!;
  }

  get head(): Lsn {
    return this.#head;
  }

  /** The branch is nobody's mirror any more. @throws as commit */
  async detach(): Promise<void> {
    const { engine, found } = this;
    const { project, branch } = found;
    const database = formatAddress({ project: project.name, branch: branch.name });
    await engine.write(
      branch.id,
      database,
      async (draft) => {
        await this.#checkHead(draft.base.lsn);
        draft.control(controlEntry('modify_branch', new Map([['mirrored', null]])));
      },
      this.actor,
      { alone: true, change: () => ({ source: null }) },
    );
  }

  /** @throws MirrorTargetError, MirrorBusyError */
  async #checkHead(head: Lsn): Promise<void> {
    if (head === this.#head) return;
    const { name, id } = this.found.branch;
    const source = (await this.engine.store.branchById(id))?.source;
    const holder = source === undefined ? null : decodePosition(source).holder;
    if (!this.lease.isOurs(holder) && isHeld(holder)) throw new MirrorBusyError(name, holder);
    await this.#passOwn(head);
  }

  /** Goes over commits that change nothing that is shown (tags, protection). @throws MirrorTargetError for others */
  async #passOwn(through: Lsn): Promise<void> {
    const { name, id } = this.found.branch;
    if (through <= this.#head) return;
    const range = { after: this.#head, through, bare: true };
    for await (const commits of this.engine.store.commits(id, range)) {
      for (const { entries, lsn } of commits) {
        const foreign = entries.find(({ operation }) => !CHANGES_NOTHING.has(operation));
        if (foreign === undefined) continue;
        const who = foreign.actor.user === '' ? '' : ` by '${foreign.actor.user}'`;
        throw new MirrorTargetError(name, `it has commits of its own (LSN ${lsn}${who})`);
      }
    }
    this.#head = through;
  }
}

/** What the log says of a position: its moment. */
function positionNote({ time }: Position): Doc {
  return new Map([['mirrored', time]]);
}
