import type { BranchState, CollectionCatalog } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import { formatAddress, type Address } from '../handler/address';
import { CommandError } from '../handler/errors';
import type { WalEngine } from '../handler/engine';
import type { Session } from '../session/session';
import { CollectionView } from '../view/collection-view';
import { Constraints } from '../write/constraints';
import type { Work } from '../write/branch-writer';
import { Draft } from '../write/draft';
import { documentName, uniqueName, type Claimant, type Claims, type Holder } from './claims';
import { TRANSIENT, transactionAborted, WriteConflictError } from './errors';
import { sameCatalog } from './same-catalog';

/** The most that a transaction may hold in memory, bytes of documents. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * A transaction of several documents, collections and commands on one branch: it reads what the branch showed when it
 * began, with its own changes on top, and what it changed becomes one commit, or nothing.
 *
 * What it changes it holds until it ends: another transaction that wants to change that fails at once, and a write outside
 * of transactions waits.
 */
export class Transaction implements Holder, Claimant {
  readonly started = Date.now();
  readonly ended: Promise<void>;
  /** It is being made a commit: nothing ends it but that. */
  isCommitting = false;
  #state: 'open' | 'committed' | 'aborted' = 'open';
  #end!: () => void;
  #place: { readonly name: string; readonly branchId: number; readonly draft: Draft } | undefined;
  /** Collections whose catalogue was found to be as it was at the start, and at which head. */
  readonly #checked = new Map<string, BranchState>();

  constructor(
    private readonly engine: WalEngine,
    readonly session: Session,
    readonly txnNumber: number,
  ) {
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get isCommitted(): boolean {
    return this.#state === 'committed';
  }

  /** Where it reads and writes; undefined before it has done either. */
  get branchId(): number | undefined {
    return this.#place?.branchId;
  }

  /** How messages name the branch. */
  get namespace(): string {
    return this.#place?.name ?? '';
  }

  /** What it has drafted; undefined if it did nothing yet. */
  get draft(): Draft | undefined {
    return this.#place?.draft;
  }

  /** Whether it reads from an address already. @throws CommandError for an address that is not its branch's */
  isAt(address: Address): boolean {
    if (address.moment !== undefined) {
      throw new CommandError(
        'OperationNotSupportedInTransaction',
        'A transaction reads and writes a branch as it is now, not a moment in the past; read that outside of the transaction',
      );
    }
    if (this.#place === undefined) return false;
    const name = formatAddress({ project: address.project, branch: address.branch });
    if (name === this.#place.name) return true;
    throw new CommandError(
      'OperationNotSupportedInTransaction',
      `A transaction reads and writes one branch: this one is on '${this.#place.name}', not on '${name}'`,
    );
  }

  /** From now on it reads what this state shows. */
  begin(address: Address, state: BranchState): void {
    const name = formatAddress({ project: address.project, branch: address.branch });
    const { materializer } = this.engine;
    const draft = new Draft(state, materializer, new Constraints(name, materializer));
    draft.claimant = this;
    this.#place = { name, branchId: state.branchId, draft };
  }

  /** A collection as the transaction sees it. */
  view(collection: string): CollectionView {
    return this.#place!.draft.collection(collection);
  }

  /** Runs a write on the transaction's draft. @throws WriteConflictError; what the work throws */
  async write<T>(work: Work<T>): Promise<T> {
    const { draft } = this.#place!;
    const value = await work(draft);
    if (draft.bytes > MAX_BYTES) {
      throw new CommandError(
        'TransactionTooLarge',
        `Total size of all transaction operations must be less than ${MAX_BYTES}. Actual size is ${draft.bytes}`,
      );
    }
    // Meanwhile it may have been ended from elsewhere.
    if (!this.isOpen) throw transactionAborted(this.txnNumber);
    return value;
  }

  /** It is over, and what it held is free. */
  finish(how: 'committed' | 'aborted'): void {
    if (this.#state !== 'open') return;
    this.#state = how;
    if (this.#place !== undefined) this.#claims.release(this);
    this.#place = undefined;
    this.engine.transactions.delete(this);
    this.#end();
  }

  // What the draft asks before it changes something.

  async document(collection: string, key: string): Promise<void> {
    const name = documentName(collection, key);
    if (this.#claims.has(this, name)) return;
    const head = this.#checkCollection(collection);
    if (this.#place!.draft.state.collections.get(collection)?.catalog.options.get('capped') === true) {
      throw new CommandError(
        'OperationNotSupportedInTransaction',
        `Collection '${this.namespace}.${collection}' is a capped collection. Writes in transactions are not allowed on capped collections.`,
      );
    }
    if (!this.#claims.take(this, collection, name)) throw new WriteConflictError();
    const { base } = this.#place!.draft;
    if (head === base) return;
    const [now, then] = [
      await head.collections.get(collection)?.byId(key),
      await base.collections.get(collection)?.byId(key),
    ];
    if (now?.lsn !== then?.lsn) throw new WriteConflictError();
  }

  async unique(
    catalog: CollectionCatalog,
    index: string,
    key: string,
    record: Lsn | undefined,
  ): Promise<void> {
    const name = uniqueName(catalog.name, index, key);
    if (this.#claims.has(this, name)) return;
    if (!this.#claims.take(this, catalog.name, name)) throw new WriteConflictError();
    const head = this.#head();
    if (head === this.#place!.draft.base || !head.collections.has(catalog.name)) return;
    const tree = await this.engine.materializer.indexOf(head, catalog.name, index);
    const taken = await tree.conflict(key, record);
    if (taken === undefined) return;
    // Of a document that this transaction has changed or removed: whether that frees the key, the commit will tell.
    const { base, state } = this.#place!.draft;
    const then = await base.collections.get(catalog.name)?.byRecord(taken);
    const now = await state.collections.get(catalog.name)?.byRecord(taken);
    if (then === undefined || then.lsn === now?.lsn) throw new WriteConflictError();
  }

  collection(): void {
    // Two transactions may make the same collection; the commits decide.
  }

  get #claims(): Claims {
    return this.engine.writer(this.#place!.branchId).claims;
  }

  #head(): BranchState {
    const { branchId, draft } = this.#place!;
    return this.engine.materializer.known(branchId) ?? draft.base;
  }

  /** @throws WriteConflictError if others changed the collection itself since the start */
  #checkCollection(collection: string): BranchState {
    const head = this.#head();
    const { base } = this.#place!.draft;
    if (head === base || this.#checked.get(collection) === head) return head;
    if (!sameCatalog(base.collections.get(collection)?.catalog, head.collections.get(collection)?.catalog)) {
      throw new CommandError(
        'SnapshotUnavailable',
        'Unable to read from a snapshot due to pending collection catalog changes; please retry the operation.',
        { labels: [TRANSIENT] },
      );
    }
    this.#checked.set(collection, head);
    return head;
  }
}
