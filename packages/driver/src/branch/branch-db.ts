import { formatAddress, parseAddress } from '@argon/engine';
import { Db, type Document, type AbstractCursor, type RunCommandCursor } from 'mongodb';
import type {
  Branch,
  HistoryChange,
  HistoryCursor,
  HistoryOptions,
  MergeOptions,
  MergeResult,
  RestoreOptions,
  RestorePoint,
  RestorePreview,
  RestoreResult,
  Tag,
  UndoOptions,
  UndoResult,
  When,
} from './contract';
import { OtherProjectError } from './errors';

/**
 * What a database can do because it is a branch. Each is one of the commands in docs/commands.md, so errors are
 * MongoServerErrors, with `argonCode`; all work on whatever answers those commands.
 */
export class BranchDb extends Db {
  /** What `restore` would do. Nothing is written. */
  async previewRestore(options: RestoreOptions): Promise<RestorePreview> {
    const { restore } = await this.command({ argonRestore: 1, ...options, dryRun: true });
    return restore as RestorePreview;
  }

  /**
   * Takes the branch back: as a whole its pointer moves, whatever it holds; some collections or documents are written as
   * they were, in one commit. Either leaves a restore point, and `undo({lastRestore: true})` takes it back.
   */
  async restore(options: RestoreOptions): Promise<RestoreResult> {
    const { restore } = await this.command({ argonRestore: 1, ...options });
    return restore as RestoreResult;
  }

  /** Takes the whole branch back to a time: the last commit at or before it. Nothing is lost. */
  async resetToTime(time: Date | number): Promise<RestoreResult> {
    return this.restore({ to: new Date(time) });
  }

  /** Takes the whole branch back to an LSN. Nothing is lost. */
  async resetToLSN(lsn: number): Promise<RestoreResult> {
    return this.restore({ to: lsn });
  }

  /** What restores left to go back to, newest first. */
  async restorePoints(): Promise<RestorePoint[]> {
    return this.#list<RestorePoint>({ argonListRestorePoints: 1 }).toArray();
  }

  /** What `undo` would do; conflicts are counted. Nothing is written. */
  async previewUndo(options: UndoOptions): Promise<UndoResult> {
    const { undo } = await this.command({ argonUndo: 1, ...options, dryRun: true });
    return undo as UndoResult;
  }

  /** Takes something back by a new commit, and keeps what came after it. A conflict that nothing decides stops it (96). */
  async undo(options: UndoOptions): Promise<UndoResult> {
    const { undo } = await this.command({ argonUndo: 1, ...options });
    return undo as UndoResult;
  }

  /** What `merge` would do; conflicts are counted. Nothing is written. */
  async previewMerge(from: string | Db, options: MergeOptions = {}): Promise<MergeResult> {
    const { merge } = await this.command({ ...this.#mergeOf(from), ...options, dryRun: true });
    return merge as MergeResult;
  }

  /**
   * Brings into this branch what another, or a tag, changed since they had a state in common: one commit. A conflict that
   * nothing decides stops it (96).
   * @param from its name, perhaps at a moment (`feature-x@1042`), or its database
   * @throws OtherProjectError
   */
  async merge(from: string | Db, options: MergeOptions = {}): Promise<MergeResult> {
    const { merge } = await this.command({ ...this.#mergeOf(from), ...options });
    return merge as MergeResult;
  }

  /** Names a moment of the branch, default what it shows now. It stays readable whatever is compacted. */
  async tag(name: string, options: { readonly at?: When } = {}): Promise<Tag> {
    const { tag } = await this.command({ argonTag: name, ...options });
    return tag as Tag;
  }

  /** The project's tags, by name. */
  async tags(): Promise<Tag[]> {
    return this.#list<Tag>({ argonListTags: 1 }).toArray();
  }

  async deleteTag(name: string): Promise<Tag> {
    const { deleted } = await this.command({ argonDeleteTag: name });
    return deleted as Tag;
  }

  /** The project's branches. */
  async branches(): Promise<Branch[]> {
    return this.#list<Branch>({ argonListBranches: 1 }).toArray();
  }

  /** Deletes a branch of the project: the pointer, not what it points to. */
  async deleteBranch(name: string): Promise<Branch> {
    const { deleted } = await this.command({ argonDeleteBranch: name });
    return deleted as Branch;
  }

  /** Who changed what of the branch, newest first, as far as it is read. See also `collection.history`. */
  history(options: HistoryOptions = {}): HistoryCursor {
    return this.historyOf(1, options);
  }

  /** @internal */
  historyOf(collection: string | 1, { batchSize, ...options }: HistoryOptions): HistoryCursor {
    const cursor = this.#list<HistoryChange>({
      argonHistory: collection,
      ...options,
      ...(batchSize === undefined ? {} : { cursor: { batchSize } }),
    });
    if (batchSize !== undefined) cursor.setBatchSize(batchSize);
    return cursor;
  }

  #mergeOf(from: string | Db): { argonMerge: string; into: string } {
    const { project, branch: into } = parseAddress(this.databaseName);
    if (typeof from === 'string') return { argonMerge: from, into };
    const { project: other, branch, moment } = parseAddress(from.databaseName);
    if (other !== project) throw new OtherProjectError(from.databaseName, project);
    const address = formatAddress({ project, ...(moment === undefined ? {} : { moment }) });
    return { argonMerge: `${branch}${address.slice(project.length)}`, into };
  }

  #list<T>(command: Document): AbstractCursor<T> & Pick<RunCommandCursor, 'setBatchSize'> {
    return this.runCursorCommand(command);
  }
}
