import type { Commit, Lsn, Store } from '@argon/wal';
import { SESSION_LIFETIME } from './sessions';
import { decodeWriteNote, type WriteNote } from './write-note';

/** A commit as its session knows it. */
export interface RecordedCommit {
  readonly lsn: Lsn;
  readonly note: WriteNote;
}

/** The newest numbered operation of a session on a branch. */
export interface SessionRecord {
  readonly txnNumber: number;
  readonly commits: RecordedCommit[];
  /** When its last commit was made, ms. */
  timestamp: number;
}

/** How many sessions may lie idle for too long before they are looked for. */
const SWEEP_EVERY = 4096;

/**
 * What the sessions of the last half hour did last on a branch: of this process, as it happened; of others, and of those
 * before, as the log's notes tell.
 */
export class BranchRecords {
  /** By session key, the least lately used first. */
  readonly #sessions = new Map<string, SessionRecord>();
  /** Up to where the log's notes were looked at; undefined: from nowhere. */
  #through: Lsn | undefined;
  #reading: Promise<void> | undefined;
  #sinceSweep = 0;

  constructor(
    readonly branchId: number,
    private readonly store: Pick<Store, 'commits' | 'commitAtOrBefore'>,
  ) {}

  find(key: string): SessionRecord | undefined {
    return this.#sessions.get(key);
  }

  /** A commit of this process is durable; `after` it comes on the branch. */
  add(key: string, commit: RecordedCommit, timestamp: number): void {
    const { txnNumber } = commit.note;
    const known = this.#sessions.get(key);
    if (known !== undefined && known.txnNumber > txnNumber) return;
    this.#sessions.delete(key);
    if (known?.txnNumber !== txnNumber) {
      this.#sessions.set(key, { txnNumber, commits: [commit], timestamp });
    } else {
      known.timestamp = timestamp;
      if (!known.commits.some(({ lsn }) => lsn === commit.lsn)) known.commits.push(commit);
      this.#sessions.set(key, known);
    }
    if (++this.#sinceSweep >= SWEEP_EVERY) this.#sweep(Date.now() - SESSION_LIFETIME);
  }

  /** This process's commits, all of them, in order: no need to read them from the log. */
  appended(commits: readonly Commit[]): void {
    if (this.#through === undefined || commits[0]!.after > this.#through) return;
    this.#through = Math.max(this.#through, commits[commits.length - 1]!.lsn);
  }

  /** Resolves, or answers at once, when the log's notes up to an LSN are known. */
  cover(lsn: Lsn): Promise<void> | undefined {
    if (this.#through !== undefined && this.#through >= lsn) return undefined;
    return this.#coverSoon(lsn);
  }

  async #coverSoon(lsn: Lsn): Promise<void> {
    while (this.#through === undefined || this.#through < lsn) {
      this.#reading ??= this.#read(lsn).finally(() => (this.#reading = undefined));
      await this.#reading;
    }
  }

  async #read(through: Lsn): Promise<void> {
    const after = this.#through ?? (await this.#start());
    for await (const batch of this.store.commits(this.branchId, { after, through, bare: true })) {
      for (const commit of batch) this.#noted(commit);
    }
    this.#through = Math.max(this.#through ?? 0, through);
  }

  /** The last commit that is too old for anybody to come back to. */
  async #start(): Promise<Lsn> {
    const timestamp = Date.now() - SESSION_LIFETIME;
    const head = await this.store.commitAtOrBefore(this.branchId, { timestamp });
    return head?.lsn ?? 0;
  }

  #noted({ lsn, entries, timestamp }: Commit): void {
    const last = entries[entries.length - 1];
    const note = last?.note === undefined ? undefined : decodeWriteNote(last.note);
    if (note !== undefined) this.add(note.sessionId + last!.actor.user, { lsn, note }, timestamp);
  }

  /** Whether there is nothing that a client may come back to. @param now ms */
  isEmpty(now: number): boolean {
    if (this.#sessions.size > 0) this.#sweep(now - SESSION_LIFETIME);
    return this.#sessions.size === 0;
  }

  #sweep(before: number): void {
    this.#sinceSweep = 0;
    for (const [key, { timestamp }] of this.#sessions) {
      if (timestamp >= before) break;
      this.#sessions.delete(key);
    }
  }
}
