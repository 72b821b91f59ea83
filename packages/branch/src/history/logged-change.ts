import { decodeDocument, type Doc, type Value } from '@argon/bson';
import { isDocumentOperation, type Actor, type Entry, type Lsn, type Operation } from '@argon/wal';
import { documentChanges, type DocumentChange } from '../document/changes';
import { encodedChanges } from '../document/encoded-changes';

const NOTHING: Doc = new Map();

/** One entry of the log as history tells of it: a change of a document, or an event. Bytes are shared: not to be changed. */
export class LoggedChange {
  #changes: readonly DocumentChange[] | undefined;

  constructor(
    readonly entry: Entry,
    /** The document before; undefined if there was none, of an event, or if compaction took that version. */
    readonly before: Uint8Array | undefined,
    /** A reset took it out of what the branch shows. */
    readonly hidden: boolean,
  ) {}

  get lsn(): Lsn {
    return this.entry.lsn;
  }

  /** The commit it belongs to: what came with it has the same. */
  get commitLsn(): Lsn {
    return this.entry.commitLsn;
  }

  /** Milliseconds since the epoch. */
  get timestamp(): number {
    return this.entry.timestamp;
  }

  get actor(): Actor {
    return this.entry.actor;
  }

  get operation(): Operation {
    return this.entry.operation;
  }

  /** What the collection was called then; empty for events of the branch itself. */
  get collection(): string {
    return this.entry.collection;
  }

  /** Whether a document was changed; else it is an event: a reset, a merge, a collection made, … */
  get isDocument(): boolean {
    return isDocumentOperation(this.entry.operation);
  }

  /** The document's `_id`; undefined for events. */
  get id(): Value | undefined {
    return this.isDocument ? this.entry.documentId : undefined;
  }

  /** The document after; undefined if it was deleted, of an event, or if compaction took it. */
  get after(): Uint8Array | undefined {
    return this.isDocument ? (this.entry.document ?? undefined) : undefined;
  }

  /** What an event says of itself: `{to: 1042}` of a reset. */
  get argument(): Doc | undefined {
    return this.isDocument || this.entry.document === null ? undefined : decodeDocument(this.entry.document);
  }

  /** Which fields changed, found when first asked for; undefined for events, and where compaction took one of the two. */
  get changes(): readonly DocumentChange[] | undefined {
    const { operation } = this.entry;
    const isKnown =
      this.isDocument &&
      (operation === 'insert' || this.before !== undefined) &&
      (operation === 'delete' || this.after !== undefined);
    if (!isKnown) return undefined;
    const { before, after } = this;
    return (this.#changes ??=
      before !== undefined && after !== undefined
        ? encodedChanges(before, after)
        : documentChanges(docOf(before), docOf(after)));
  }
}

function docOf(bytes: Uint8Array | undefined): Doc {
  return bytes === undefined ? NOTHING : decodeDocument(bytes);
}
