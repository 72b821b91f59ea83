import { branchReset, type Lsn } from '@argon/wal';
import type { Session } from '../store/session';
import type { Target } from '../store/target';

/** What became of an import that failed. */
export type Undone = 'nothing-to-undo' | 'undone' | 'kept';

/**
 * Makes an import all or nothing, although it is many commits: when it fails, the branch is reset to where it was.
 * Not if somebody else has written to the branch meanwhile, whose work the reset would hide.
 */
export class Undo {
  /** Commits that the import has made. */
  commits = 0;

  private constructor(
    private readonly session: Session,
    private readonly on: Target,
    private readonly start: Lsn,
    private readonly newProject: boolean,
  ) {}

  /** @param newProject whether the project was made for this import, and goes with it */
  static async begin(session: Session, on: Target, newProject: boolean): Promise<Undo> {
    return new Undo(session, on, (await session.store.head(on.branch.id)).lsn, newProject);
  }

  async undo(): Promise<Undone> {
    const { session, on, start } = this;
    const { store, branches, actor } = session;
    const preview = await branches.previewReset(on.project, on.branch.name, { lsn: start });
    if (preview.commits !== this.commits) return 'kept';
    if (this.newProject) {
      await branches.deleteProject(on.project, actor);
      return 'undone';
    }
    if (this.commits === 0) return 'nothing-to-undo';
    // Straight to the store: `after` makes sure that nothing came between the preview and this.
    const result = await store.append({
      branchId: on.branch.id,
      after: preview.from,
      commits: [branchReset(start, actor)],
      change: { resetTo: start },
    });
    return result.appended ? 'undone' : 'kept';
  }
}
