import { branchReset, type Lsn } from '@argon/wal';
import type { AnyBranch } from '@argon/branch/dual';
import type { Session } from '../store/session';
import type { Target } from '../store/target';

/** What became of an import that failed. */
export type Undone = 'nothing-to-undo' | 'undone' | 'kept' | 'no-history';

/**
 * Makes an import all or nothing, although it is many commits: when it fails, the branch is reset to where it was.
 * Not if somebody else has written to the branch meanwhile, whose work the reset would hide; and not on a traditional branch,
 * which has nothing to go back to.
 */
export class Undo {
  /** Commits that the import has made. */
  commits = 0;

  private constructor(
    private readonly session: Session,
    private readonly on: Target<AnyBranch>,
    private readonly start: Lsn | undefined,
    private readonly newProject: boolean,
  ) {}

  /** @param newProject whether the project was made for this import, and goes with it */
  static async begin(session: Session, on: Target<AnyBranch>, newProject: boolean): Promise<Undo> {
    const { branch } = on;
    const start = branch.type === 'wal' ? (await session.store.head(branch.id)).lsn : undefined;
    return new Undo(session, on, start, newProject);
  }

  async undo(): Promise<Undone> {
    const { session, on, start } = this;
    const { store, log, actor } = session;
    const { branch } = on;
    if (branch.type === 'traditional' || start === undefined) {
      return this.commits === 0 ? 'nothing-to-undo' : 'no-history';
    }
    const preview = await log.previewReset(on.project, branch.name, { lsn: start });
    if (preview.commits !== this.commits) return 'kept';
    if (this.newProject) {
      await session.branches.deleteProject(on.project, actor);
      return 'undone';
    }
    if (this.commits === 0) return 'nothing-to-undo';
    // Straight to the store: `after` makes sure that nothing came between the preview and this.
    const result = await store.append({
      branchId: branch.id,
      after: preview.from,
      commits: [branchReset(start, actor)],
      change: { resetTo: start },
    });
    return result.appended ? 'undone' : 'kept';
  }
}
