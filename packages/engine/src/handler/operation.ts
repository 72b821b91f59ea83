import type { BranchState } from '@argon/materializer';
import {
  findBranch,
  lookAtBranch,
  ProjectExistsError,
  type Absence,
  type LiveBranch,
  type Lsn,
  type MaybePromise,
  type Store,
} from '@argon/wal';
import { idKey, type Value } from '@argon/bson';
import type { SnapshotRead } from '../concern/concerns';
import { lsnAtOperationTime, operationTime } from '../cluster-time/operation-time';
import type { RetryableWrite } from '../session/retryable-write';
import type { Session } from '../session/session';
import type { Transaction } from '../transaction/transaction';
import { CollectionView } from '../view/collection-view';
import { Constraints } from '../write/constraints';
import type { Work, WriteOptions } from '../write/branch-writer';
import { writeToKnown } from '../write/write-to-known';
import { formatAddress, isSystemDatabase, parseAddress, type Address } from './address';
import { CommandArguments } from './command-arguments';
import type { CommandContext, CommandDocument } from './contract';
import type { WalEngine } from './engine';
import { CommandError } from './errors';

/** One command being carried out: what it addresses, and the ways to read and write there. */
export class Operation extends CommandArguments {
  readonly started = new Date();
  /** Set while it is under way (see `Activity`). */
  id = 0;
  next: Operation | undefined;
  previous: Operation | undefined;
  #isKilled = false;
  readonly #deadline: number;
  #address: Address | undefined;
  /** The session that it belongs to. */
  session: Session | undefined;
  /** The transaction that it is part of. */
  transaction: Transaction | undefined;
  /** The write that it is, if its client may try that again. */
  retryable: RetryableWrite | undefined;
  /** Set when it reads at one time of the past. */
  snapshot: SnapshotRead | undefined;

  constructor(
    readonly engine: WalEngine,
    command: CommandDocument,
    readonly context: CommandContext,
    /** That which this one is carried out for, and ends with. */
    private readonly parent?: Operation,
  ) {
    super(command);
    const limit = this.optionalNumber('maxTimeMS') ?? 0;
    if (limit < 0)
      throw new CommandError('BadValue', `${limit} value for maxTimeMS is out of range [0, 2147483647]`);
    this.#deadline = limit > 0 && command.name !== 'getMore' ? performance.now() + limit : Infinity;
  }

  readonly #check = (): void => this.checkTime();

  get address(): Address {
    return (this.#address ??= parseAddress(this.database));
  }

  get isSystem(): boolean {
    return isSystemDatabase(this.database);
  }

  /** Throws once maxTimeMS is over or the client has gone; long loops call it now and then. */
  checkTime(): void {
    if (performance.now() > this.#deadline) {
      throw new CommandError('MaxTimeMSExpired', 'operation exceeded time limit');
    }
    if (this.isKilled || this.context.signal?.aborted === true)
      throw new CommandError('Interrupted', 'operation was interrupted');
  }

  /** Whether `killOp` was told to end it. */
  get isKilled(): boolean {
    return this.#isKilled || this.parent?.isKilled === true;
  }

  /** It ends at the next `checkTime`. */
  kill(): void {
    this.#isKilled = true;
  }

  /** Another command, carried out as part of this one. */
  within(command: CommandDocument): Operation {
    const part = new Operation(this.engine, command, this.context, this);
    part.session = this.session;
    part.transaction = this.transaction;
    part.snapshot = this.snapshot;
    return part;
  }

  namespace(collection: string): string {
    return `${this.database}.${collection}`;
  }

  /**
   * What the addressed branch shows, at its head or at the moment in the address; undefined without the project. If only
   * one document of a collection is wanted, it may show that one alone.
   */
  async state(only?: { collection: string; id: Value }): Promise<BranchState | undefined> {
    if (this.isSystem) return undefined;
    const { transaction, address } = this;
    if (transaction?.isAt(address) === true) return transaction.draft!.state;
    const state = await this.stateOutside(transaction === undefined ? only : undefined);
    if (state !== undefined) transaction?.begin(address, state);
    return state;
  }

  /** As `state`, whatever a transaction has done. */
  private async stateOutside(only?: { collection: string; id: Value }): Promise<BranchState | undefined> {
    const { materializer, store, clock } = this.engine;
    const { moment, branch, project } = this.address;
    const look = (id: number): MaybePromise<BranchState | undefined> =>
      moment === undefined ? materializer.current(id) : freshen(store, id);
    const found = await lookAtBranch(store, project, branch, look);
    if (typeof found === 'string') {
      if (found === 'no-project' && moment === undefined && branch === 'main') return undefined;
      throw this.absent(found);
    }
    if (moment === undefined) {
      const { seen } = found;
      if (seen !== undefined) clock.seen(seen);
      return this.snapshot === undefined ? seen : this.stateAtTime(seen!, this.snapshot);
    }
    const { id } = found.branch;
    const lsn: Lsn = 'lsn' in moment ? moment.lsn : await materializer.lsnAtTime(id, moment.timestamp);
    if (only === undefined) return materializer.stateAt(id, lsn);
    return materializer.documentStateAt(id, lsn, only.collection, idKey(only.id));
  }

  /** What the branch showed at the time of a snapshot; without one, that is now. */
  private stateAtTime(head: BranchState, snapshot: SnapshotRead): MaybePromise<BranchState> {
    const { materializer, clock } = this.engine;
    // Not a time that a client brought along, which may be another cluster's: what is written next could be older.
    snapshot.at ??= clock.operationTime;
    if (snapshot.at.comp(operationTime(head)) >= 0) return head;
    return lsnAtOperationTime(materializer, head.branchId, snapshot.at).then((lsn) =>
      materializer.stateAt(head.branchId, lsn),
    );
  }

  /** The collection as the address shows it; with `id`, perhaps with no other document in it than that one. */
  async view(collection: string, id?: Value): Promise<CollectionView> {
    const state = await this.state(id === undefined ? undefined : { collection, id });
    return this.viewOf(state, collection);
  }

  /** A collection as a state shows it. */
  viewOf(state: BranchState | undefined, collection: string): CollectionView {
    const { materializer } = this.engine;
    const { transaction } = this;
    if (state !== undefined && transaction?.draft !== undefined) return transaction.view(collection);
    const found = state && materializer.collectionOf(state, collection);
    return new CollectionView(collection, state, found, materializer);
  }

  /** Runs a write on the addressed branch, making the project (and its `main`) if it does not exist. */
  async write<T>(work: Work<T>, options: { readonly alone?: boolean } = {}): Promise<T> {
    this.refuseReadOnly();
    const { transaction } = this;
    if (transaction !== undefined) {
      if (!transaction.isAt(this.address) && (await this.state()) === undefined) {
        const { branch } = await this.createProject();
        transaction.begin(this.address, await this.engine.materializer.current(branch.id));
      }
      return transaction.write(this.judged(work));
    }
    const run = (branchId: number, own: Work<T>) => this.writeTo(branchId, own, options.alone);
    const { project, branch } = this.address;
    const written = await writeToKnown(this.engine.store, project, branch, work, run);
    if (written !== undefined) return written.value;
    const found = await findBranch(this.engine.store, project, branch);
    if (found === 'no-branch') throw this.absent(found);
    const target = found === 'no-project' ? await this.createProject() : found;
    return run(target.branch.id, work);
  }

  /** As `write`, but on an absent project: nothing is made, and the result is undefined. */
  async writeExisting<T>(work: Work<T>): Promise<T | undefined> {
    this.refuseReadOnly();
    const { transaction } = this;
    if (transaction !== undefined) {
      if (!transaction.isAt(this.address) && (await this.state()) === undefined) return undefined;
      return transaction.write(this.judged(work));
    }
    const run = (branchId: number, own: Work<T>) => this.writeTo(branchId, own);
    const { project, branch } = this.address;
    const written = await writeToKnown(this.engine.store, project, branch, work, run);
    if (written !== undefined) return written.value;
    const found = await findBranch(this.engine.store, project, branch);
    if (typeof found !== 'string') return run(found.branch.id, work);
    if (found === 'no-project' && branch === 'main') return undefined;
    throw this.absent(found);
  }

  private get bypassesValidation(): boolean {
    const { command } = this;
    return command.has('bypassDocumentValidation') && this.optionalBoolean('bypassDocumentValidation');
  }

  /** The work, with validators asked or not, as the command says. */
  private judged<T>(work: Work<T>): Work<T> {
    return this.bypassesValidation ? (draft) => draft.withoutValidators(() => work(draft)) : work;
  }

  private writeTo<T>(branchId: number, work: Work<T>, alone?: boolean): Promise<T> {
    const constraints = new Constraints(this.database, this.engine.materializer);
    const own = this.judged(work);
    const writer = this.engine.writer(branchId);
    const { retryable } = this;
    const { actor } = this.context;
    const options: WriteOptions = { alone: alone === true, check: this.#check };
    if (retryable === undefined) return writer.run(own, actor, constraints, options);
    const once: Work<T> = (draft) => {
      const recalling = retryable.recall(writer.records, draft);
      return recalling === undefined ? own(draft) : recalling.then(() => own(draft));
    };
    return writer.run(once, actor, constraints, { ...options, noting: retryable });
  }

  /** @throws CommandError where nothing can be written: in a moment of the past, and in mongod's own databases */
  refuseReadOnly(): void {
    if (this.isSystem) {
      throw new CommandError(
        'InvalidNamespace',
        `Database '${this.database}' is MongoDB's own; Argon keeps no data in it`,
      );
    }
    if (this.address.moment !== undefined) {
      const { project, branch } = this.address;
      // The code mongod has for what can be read and not written. (IllegalOperation makes drivers blame retryable writes.)
      throw new CommandError(
        'CommandNotSupportedOnView',
        `'${this.database}' is a moment in the past and read-only; write to '${formatAddress({ project, branch })}', or make a branch from that moment`,
      );
    }
  }

  private async createProject(): Promise<LiveBranch> {
    const { project, branch } = this.address;
    // Only the default branch comes into being by writing: any other name is more likely a typing mistake.
    if (branch !== 'main') throw this.absent('no-project');
    try {
      return await this.engine.store.createProject({
        name: project,
        branchName: branch,
        actor: this.context.actor,
      });
    } catch (error) {
      if (!(error instanceof ProjectExistsError)) throw error;
      const found = await findBranch(this.engine.store, project, branch);
      if (found === 'no-branch') throw this.absent(found);
      if (found === 'no-project') throw error;
      return found;
    }
  }

  private absent(what: Absence): CommandError {
    const { project, branch } = this.address;
    return new CommandError(
      'NamespaceNotFound',
      what === 'no-branch'
        ? `Project '${project}' has no branch '${branch}'; branches are made on purpose, never by naming them (argon branch create ${branch})`
        : `Project '${project}' does not exist, so it has no branch '${branch}'; writing to '${project}' makes it`,
    );
  }
}

/** Lets a store that remembers names hear of what happened to this one. */
async function freshen(store: Store, branchId: number): Promise<undefined> {
  if (store.known !== undefined) await store.head(branchId);
  return undefined;
}
