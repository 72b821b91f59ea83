import { documentId, isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { isProvisional, type Commit, type DraftCommit, type Entry, type Lsn, type Store } from '@argon/wal';
import type { CommandDocument } from '../handler/contract';
import { CommandError } from '../handler/errors';
import type { Draft } from '../write/draft';
import type { NotedCommit, Noting } from '../write/noting';
import type { BranchRecords, RecordedCommit, SessionRecord } from './branch-records';
import { convertedWrite, oldWrite } from './number-errors';
import type { Session } from './session';
import { encodeWriteNote, type NoteKind, type WriteNote } from './write-note';

/** A statement that was carried out before, when the client tried the first time. */
export interface ExecutedStatement {
  readonly kind: NoteKind;
  readonly entry: Entry;
  /** What the document was before; undefined of an insert. */
  readonly before: Uint8Array | undefined;
}

/**
 * A write that its client may try again: each of its statements is carried out once. What was done is noted with the
 * commits; a statement that is found there is answered from there.
 */
export class RetryableWrite implements Noting {
  /** Statements of this try that were found to be done. */
  retried: number[] = [];
  #stated: number[] = [];
  #kind: NoteKind = 'statements';
  #executed: Map<number, ExecutedStatement> | undefined;
  #records: BranchRecords | undefined;

  /** @param isLocal the session begins and ends in this process, so the log need not tell of it */
  constructor(
    readonly session: Session,
    readonly sessionId: string,
    readonly txnNumber: number,
    readonly isLocal: boolean,
    private readonly command: CommandDocument,
    private readonly store: Pick<Store, 'entries'>,
  ) {}

  /** The number of the command's i-th statement. */
  statement(i: number): number {
    const ids = this.command.get('stmtIds');
    if (Array.isArray(ids)) return numberOf(ids[i]) ?? i;
    return (numberOf(this.command.get('stmtId')) ?? 0) + i;
  }

  /** Checks that each of so many statements has one number. @throws CommandError */
  checkCount(count: number): void {
    const ids = this.command.get('stmtIds');
    if (!Array.isArray(ids)) return;
    if (this.command.has('stmtId')) {
      throw new CommandError('InvalidOptions', 'May not specify both stmtId and stmtIds in write command.');
    }
    if (ids.length !== count) {
      throw new CommandError(
        'InvalidLength',
        `Number of statement ids must match the number of batch entries. Got ${ids.length} statement ids but ${count} operations.`,
      );
    }
  }

  /**
   * Looks what of the write is done by the state that it is computed from. Answers at once when nothing is known of it.
   * @throws CommandError TransactionTooOld, IncompleteTransactionHistory
   */
  recall(records: BranchRecords, draft: Draft): Promise<void> | undefined {
    this.#records = records;
    const covering = this.isLocal ? undefined : records.cover(draft.base.lsn);
    return covering === undefined
      ? this.#find(records, draft)
      : covering.then(() => this.#find(records, draft));
  }

  #find(records: BranchRecords, draft: Draft): Promise<void> | undefined {
    const record = records.find(this.session.key);
    if (record === undefined || record.txnNumber < this.txnNumber) return undefined;
    const isTransaction = record.commits[0]?.note.kind === 'transaction';
    if (record.txnNumber > this.txnNumber) {
      throw oldWrite(this.session, this.txnNumber, record.txnNumber, isTransaction);
    }
    if (isTransaction) throw convertedWrite();
    return this.#load(record, draft);
  }

  /** What was done of the command's i-th statement when it was tried before. */
  executed(i: number): ExecutedStatement | undefined {
    if (this.#executed === undefined) return undefined;
    const statement = this.statement(i);
    const found = this.#executed.get(statement);
    if (found !== undefined) this.retried.push(statement);
    return found;
  }

  /** The i-th statement has drafted an entry. @param kind what a findAndModify gave */
  done(i: number, kind: NoteKind = 'statements'): void {
    this.#stated.push(this.statement(i));
    this.#kind = kind;
  }

  /** `retriedStmtIds` of the reply, if it has any. */
  get retriedField(): Value[] | undefined {
    return this.retried.length === 0 ? undefined : this.retried;
  }

  begin(): void {
    this.retried = [];
    this.#stated = [];
  }

  noted(commit: DraftCommit): NotedCommit {
    if (this.#stated.length === 0) return commit;
    const { sessionId, txnNumber } = this;
    const note: WriteNote = { kind: this.#kind, sessionId, txnNumber, statements: this.#stated };
    this.#stated = [];
    const made = ({ lsn, timestamp }: Commit) =>
      this.#records?.add(this.session.key, { lsn, note }, timestamp);
    return this.isLocal ? { ...commit, made } : { ...commit, made, note: encodeWriteNote(note) };
  }

  async #load({ commits }: SessionRecord, draft: Draft): Promise<void> {
    const executed = new Map<number, ExecutedStatement>();
    for (const commit of commits) await this.#loadCommit(commit, draft, executed);
    this.#executed = executed;
  }

  async #loadCommit(
    { lsn, note }: RecordedCommit,
    draft: Draft,
    executed: Map<number, ExecutedStatement>,
  ): Promise<void> {
    const { statements, kind } = note;
    const lsns: Lsn[] = statements.map((_, i) => lsn - statements.length + 1 + i);
    const entries = await this.store.entries(draft.base.branchId, lsns);
    for (const [i, entry] of entries.entries()) {
      if (entry === undefined) continue;
      const needsBefore = kind !== 'statements' && entry.prevLsn > 0 && !isProvisional(entry.prevLsn);
      const [before] = needsBefore ? await draft.documents(draft.base, [entry.prevLsn]) : [];
      executed.set(statements[i]!, { kind, entry, before });
    }
  }
}

/** `{_id}` of the document that an upsert made, as `upserted` tells it. */
export function upsertedId(entry: Entry): Value {
  return entry.document === null ? entry.documentId : (documentId(entry.document) ?? entry.documentId);
}

/** An element of `upserted`. */
export function upsertedAt(index: number, id: Value): Doc {
  return new Map<string, Value>([
    ['index', index],
    ['_id', id],
  ]);
}

/** A statement that may change several documents is none of a retryable write. */
export function notRetryable(option: string): CommandError {
  return new CommandError('InvalidOptions', `Cannot use (or request) retryable writes with ${option}`);
}

function numberOf(value: Value | undefined): number | undefined {
  return value !== undefined && isNumber(value) ? toNumber(value) : undefined;
}
