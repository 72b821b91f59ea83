import { ArgonError, type Lsn } from '@argon/wal';

/** An LSN that a branch has no state for: past its head, or before its project existed. */
export class LsnOutOfRangeError extends ArgonError {
  constructor(branchId: number, lsn: Lsn, range: { from: Lsn; to: Lsn }) {
    super(
      'ARGON_MATERIALIZER_LSN_OUT_OF_RANGE',
      `LSN ${lsn} cannot be read on this branch: its history reaches from LSN ${range.from} to LSN ${range.to}. ` +
        'Name an LSN in that range.',
      { branchId, lsn, ...range },
    );
  }
}

/** Times beyond what a Date can hold stay numbers. */
function iso(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : `${time} ms`;
}

/** A moment before the branch's history begins. */
export class MomentOutOfRangeError extends ArgonError {
  constructor(branchId: number, time: number, range: { from: number; to: number }) {
    super(
      'ARGON_MATERIALIZER_MOMENT_OUT_OF_RANGE',
      `${iso(time)} cannot be read on this branch: its history begins at ${iso(range.from)} ` +
        `(last change ${iso(range.to)}). Name a later moment.`,
      { branchId, time, ...range },
    );
  }
}

/** The log contradicts itself: an entry cannot follow from what lies before it. Never made by a healthy writer. */
export class LogInconsistentError extends ArgonError {
  constructor(what: string, data: Readonly<Record<string, unknown>>) {
    super(
      'ARGON_MATERIALIZER_LOG_INCONSISTENT',
      `The log cannot be replayed: ${what}. The store is damaged or was changed by something other than Argon; ` +
        'verify its checksums and restore it from a backup.',
      data,
    );
  }
}

/** A state names a document version that the log does not hold. */
export class DocumentMissingError extends ArgonError {
  constructor(
    readonly branchId: number,
    readonly lsn: Lsn,
  ) {
    super(
      'ARGON_MATERIALIZER_DOCUMENT_MISSING',
      `The document version at LSN ${lsn} is part of this branch but is not in the log. The store is damaged; ` +
        'verify its checksums and restore it from a backup.',
      { branchId, lsn },
    );
  }
}

/** An index of a kind whose keys this version does not compute (text, geo, hashed, wildcard, or with a collation of another version). */
export class IndexUnsupportedError extends ArgonError {
  constructor(index: string, why: string) {
    super(
      'ARGON_MATERIALIZER_INDEX_UNSUPPORTED',
      `Index '${index}' is recorded but cannot be searched: ${why}. Use a plain ascending or descending index, ` +
        'or query without it.',
      { index },
    );
  }
}

/** A collection or index was asked for that the state does not have. */
export class IndexNotFoundError extends ArgonError {
  constructor(collection: string, index: string) {
    super(
      'ARGON_MATERIALIZER_INDEX_NOT_FOUND',
      `Collection '${collection}' has no index '${index}' on this branch at this point. List its indexes to see which it has.`,
      { collection, index },
    );
  }
}

/** A snapshot's chunk is missing or is not what it should be. Snapshots are derived data: reading goes on without it. */
export class SnapshotDamagedError extends ArgonError {
  constructor(problem: string, options?: { cause?: unknown; branchId?: number; lsn?: Lsn }) {
    super(
      'ARGON_MATERIALIZER_SNAPSHOT_DAMAGED',
      `A snapshot cannot be read: ${problem}. It is derived from the log; remove it and it is made again.`,
      { branchId: options?.branchId, lsn: options?.lsn },
      { cause: options?.cause },
    );
  }
}
