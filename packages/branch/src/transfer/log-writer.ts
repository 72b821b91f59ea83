import { decodeDocument, encodeDocument, idKey, stringifyEjson, type Value } from '@argon/bson';
import type { BranchState, Materializer } from '@argon/materializer';
import {
  branchReset,
  isDocumentOperation,
  isRefOperation,
  provisionalLsn,
  resetArgument,
  type BranchRecord,
  type DraftCommit,
  type DraftEntry,
  type Lsn,
  type Store,
} from '@argon/wal';
import type { TransferCommit, TransferEntry } from './contract';
import { TransferDisturbedError, TransferMismatchError } from './errors';
import { LsnMap } from './lsn-map';

/** Commits that are appended together, if they were made at the same time. */
const GROUP = 200;
const GROUP_BYTES = 1 << 20;

/** Commits that wait to be appended. */
interface Group {
  readonly at: number;
  readonly commits: DraftCommit[];
  /** Where they lay. */
  readonly lsns: (Lsn | undefined)[];
  entries: number;
  bytes: number;
}

/** Writes commits of another log to a branch that nobody else writes to: as they were, at LSNs of their own. */
export class LogWriter {
  commits = 0;
  entries = 0;
  notes = 0;
  readonly #lsns = new LsnMap();
  #head: Lsn;
  /** What the branch shows, with the waiting commits applied. */
  #state: BranchState;
  #group: Group | undefined;

  private constructor(
    private readonly store: Store,
    private readonly materializer: Materializer,
    private readonly branch: BranchRecord,
    state: BranchState,
    private readonly keepsTimes: boolean,
    private readonly from: Lsn,
  ) {
    this.#state = state;
    this.#head = state.lsn;
  }

  /**
   * @param keepsTimes whether commits get the times that they had
   * @param from the LSN whose state the log begins with
   */
  static async begin(
    store: Store,
    materializer: Materializer,
    branch: BranchRecord,
    keepsTimes: boolean,
    from: Lsn,
  ): Promise<LogWriter> {
    const state = await materializer.current(branch.id);
    return new LogWriter(store, materializer, branch, state, keepsTimes, from);
  }

  get head(): Lsn {
    return this.#head;
  }

  /** @throws TransferMismatchError, TransferDisturbedError */
  async add(commit: TransferCommit): Promise<void> {
    this.commits += 1;
    this.entries += commit.entries.length;
    const reset = commit.entries.find((entry) => entry.operation === 'reset_branch' && !isAdoption(entry));
    if (reset !== undefined) return this.#reset(commit, reset);
    const at = this.keepsTimes ? commit.timestamp : 0;
    if (this.#group !== undefined && (this.#group.at !== at || isFull(this.#group))) await this.flush();
    const group = (this.#group ??= { at, commits: [], lsns: [], entries: 0, bytes: 0 });
    const entries: DraftEntry[] = [];
    for (const entry of commit.entries) {
      entries.push(await this.#drafted(commit, entry, provisionalLsn(group.entries)));
      group.entries += 1;
      group.bytes += entry.document?.length ?? 0;
    }
    group.commits.push({ entries, actor: commit.actor });
    // A branch never showed what lies in the middle of what it adopted.
    group.lsns.push(commit.kind === 'base' && commit.lsn !== this.from ? undefined : commit.lsn);
  }

  /** Appends what waits. @throws TransferDisturbedError */
  async flush(): Promise<void> {
    const group = this.#group;
    this.#group = undefined;
    if (group === undefined) return;
    await this.#append(group.commits, group.lsns, group.at);
  }

  async #reset(commit: TransferCommit, reset: TransferEntry): Promise<void> {
    await this.flush();
    const { to } = resetArgument(reset);
    if (to === undefined)
      throw new TransferMismatchError(commit.lsn, 'it is a reset that does not say to where');
    const target = this.#lsns.get(to) ?? this.branch.startLsn;
    const rest = commit.entries.filter(({ operation }) => operation !== 'reset_branch');
    const entries = [...rest.map((entry) => this.#note(entry)), ...branchReset(target, commit.actor).entries];
    await this.#append([{ actor: commit.actor, entries }], [commit.lsn], commit.timestamp, target);
  }

  async #append(
    commits: readonly DraftCommit[],
    lsns: readonly (Lsn | undefined)[],
    at: number,
    resetTo?: Lsn,
  ): Promise<void> {
    const result = await this.store.append({
      branchId: this.branch.id,
      after: this.#head,
      commits,
      ...(this.keepsTimes ? { at } : {}),
      ...(resetTo === undefined ? {} : { change: { resetTo } }),
    });
    if (!result.appended) throw new TransferDisturbedError(this.branch.name);
    for (const [i, { lsn }] of result.commits.entries()) {
      const was = lsns[i];
      if (was !== undefined) this.#lsns.add(was, lsn);
    }
    this.#head = result.commits.at(-1)!.lsn;
    this.#state = await this.materializer.committed(this.branch.id, result.commits);
    await this.materializer.pressure(this.branch.id);
  }

  async #drafted(commit: TransferCommit, entry: TransferEntry, lsn: Lsn): Promise<DraftEntry> {
    if (isRefOperation(entry.operation)) return this.#note(entry);
    const { operation, collection, id, document } = entry;
    const links = isDocumentOperation(operation)
      ? await this.#links(commit, entry, lsn)
      : { prevLsn: 0, recordLsn: 0 };
    const drafted: DraftEntry = { operation, collection, documentId: id, document, ...links };
    this.#state = this.#state.advance([{ lsn, ...drafted }], { lsn, timestamp: commit.timestamp });
    return drafted;
  }

  /** Which version a change replaces, and of which record: as the branch shows it just before. */
  async #links(
    commit: TransferCommit,
    { operation, collection, id }: TransferEntry,
    lsn: Lsn,
  ): Promise<{ prevLsn: Lsn; recordLsn: Lsn }> {
    const shown = this.#state.collections.get(collection);
    if (shown === undefined)
      throw new TransferMismatchError(commit.lsn, `there is no collection '${collection}'`);
    const known = await shown.byId(idKey(id));
    if (operation === 'insert') {
      if (known !== undefined) throw new TransferMismatchError(commit.lsn, `${named(id)} is there already`);
      return { prevLsn: 0, recordLsn: lsn };
    }
    if (known === undefined) throw new TransferMismatchError(commit.lsn, `${named(id)} is not there`);
    return { prevLsn: known.lsn, recordLsn: known.record };
  }

  /** What was said of the branch, or of others, holds no more here; that it was said stays. */
  #note({ operation, document }: TransferEntry): DraftEntry {
    this.notes += 1;
    const argument = document === null ? new Map<string, Value>() : decodeDocument(document);
    return {
      operation: 'modify_branch',
      collection: '',
      documentId: null,
      document: encodeDocument(new Map<string, Value>([['imported', operation], ...argument])),
      prevLsn: 0,
      recordLsn: 0,
    };
  }
}

/** A reset to what another branch showed: the commits before it have brought that in. */
function isAdoption(entry: TransferEntry): boolean {
  return resetArgument(entry).branchId !== undefined;
}

function isFull({ commits, bytes }: Group): boolean {
  return commits.length >= GROUP || bytes >= GROUP_BYTES;
}

function named(id: Value): string {
  return `the document ${stringifyEjson(id)}`;
}
