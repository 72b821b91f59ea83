import type { Materializer } from '@argon/materializer';
import type { Doc, RawDocument, Value } from '@argon/bson';
import type { Actor, Store } from '@argon/wal';
import { Arrivals } from '../change-stream/source/arrivals';
import { ClusterClock } from '../cluster-time/clock';
import type { CommandDefinition } from '../commands/definition';
import { commandNamed } from '../commands/table';
import { readConcerns } from '../concern/concerns';
import { withWriteConcernError } from '../concern/write-concern';
import { FailPoints, withFailure } from '../fail-points/fail-points';
import type { PerfRecorder } from '../perf/recorder';
import { conduct } from '../session/conduct';
import { isNumbered } from '../session/numbered';
import type { Session } from '../session/session';
import { sessionIdOf } from '../session/session-id';
import { Sessions } from '../session/sessions';
import { OpenTransactions } from '../transaction/open-transactions';
import { BranchWriter, type Work, type WriteOptions } from '../write/branch-writer';
import type { DraftLimits } from '../write/staging';
import { Constraints } from '../write/constraints';
import type { CommandContext, CommandDocument, CommandHandler, Reply } from './contract';
import { Activity } from '../activity/activity';
import { Parameters } from './parameters';
import { Cursors } from './cursors';
import { CommandError } from './errors';
import { Operation } from './operation';
import { errorReply } from './reply';

export interface WalEngineOptions {
  /** Cursors open at once. Default 10,000. */
  readonly maxCursors?: number;
  /** A cursor unused for this long is closed, ms. Default 10 minutes, as mongod's. */
  readonly cursorIdleMs?: number;
  /** Bytes a sort or group may hold in memory. Default 100 MiB, as mongod's. */
  readonly memoryLimit?: number;
  /** When work that may be large goes to a staging branch, and how much at a time. */
  readonly draftLimits?: DraftLimits;
  /** How long a transaction may stay open, ms. Default 60 s, as mongod's. */
  readonly transactionLifetimeMs?: number;
  /** Whether commands for tests (`configureFailPoint`) are there. Default: no. */
  readonly testCommands?: boolean;
  /** Counts what is done; the caller's to close, after the engine. Default: nothing is counted. */
  readonly perf?: PerfRecorder;
}

/** How often a read is tried again when a snapshot's chunk is gone: from newer snapshots, then from the log. */
const MAX_HEALINGS = 2;

/**
 * MongoDB's commands over a versioned log. The database in a command names project, branch and moment:
 * `shop`, `shop~feature-x`, `shop~feature-x@1042`.
 *
 * The store and the materializer stay the caller's: `close` ends cursors and waits for writes, no more.
 */
export class WalEngine implements CommandHandler {
  readonly cursors: Cursors;
  /** Tells change streams of new commits. */
  readonly arrivals: Arrivals;
  /** What is being done, and what was done since the engine began. */
  readonly activity = new Activity();
  /** Bytes that a sort or group may hold in memory. */
  memoryLimit: number;
  /** Further sections of `serverStatus`, by name: a server puts in what it alone knows (`network`, …). */
  readonly statusSections: Record<string, () => Doc> = {};
  /** Server parameters, by name (see `getParameter`). */
  readonly parameters: Parameters;
  readonly clock = new ClusterClock();
  readonly sessions: Sessions;
  readonly transactions: OpenTransactions;
  /** Undefined unless there are commands for tests. */
  readonly failPoints: FailPoints | undefined;
  readonly #writers = new Map<number, BranchWriter>();
  readonly #draftLimits: DraftLimits | undefined;
  readonly #perf: PerfRecorder | undefined;
  #closed = false;

  constructor(
    readonly store: Store,
    readonly materializer: Materializer,
    options: WalEngineOptions = {},
  ) {
    this.cursors = new Cursors({
      maxOpen: options.maxCursors ?? 10_000,
      idleMs: options.cursorIdleMs ?? 600_000,
    });
    this.arrivals = new Arrivals(store);
    this.sessions = new Sessions((session) => {
      session.transaction?.finish('aborted');
      this.cursors.killOf(session);
    });
    this.transactions = new OpenTransactions(options.transactionLifetimeMs);
    this.failPoints = options.testCommands === true ? new FailPoints() : undefined;
    this.#draftLimits = options.draftLimits;
    this.#perf = options.perf;
    this.parameters = new Parameters(this);
    this.memoryLimit = options.memoryLimit ?? 100 * 1024 * 1024;
  }

  handle(command: CommandDocument, context: CommandContext): Promise<Reply> {
    const definition = commandNamed(command.name);
    if (definition !== undefined) return this.run(definition, command, context);
    const unknown = new CommandError('CommandNotFound', `no such command: '${command.name}'`);
    return Promise.resolve(errorReply(unknown));
  }

  /** As `handle`, for a command of whoever builds on the engine: see `CommandDefinition`. */
  async run(
    definition: CommandDefinition,
    command: CommandDocument,
    context: CommandContext,
  ): Promise<Reply> {
    const started = this.#perf === undefined ? 0 : performance.now();
    let hasFailed = false;
    try {
      if (this.#closed) throw new CommandError('InterruptedAtShutdown', 'interrupted at shutdown');
      const session = this.#sessionOf(command, context);
      const operation = new Operation(this, command, context);
      operation.session = session;
      const failed = this.failPoints === undefined ? undefined : await this.failPoints.meet(command, context);
      const concern = readConcerns(operation, definition.name);
      const reply = isNumbered(command)
        ? await conduct(definition, operation, this.#carryOut)
        : await this.#carryOut(definition, operation);
      if (failed !== undefined) return this.#timed(withFailure(reply, failed));
      return this.#timed(concern === undefined ? reply : withWriteConcernError(reply, concern));
    } catch (error) {
      hasFailed = true;
      return this.#timed(errorReply(error, command));
    } finally {
      this.activity.count(definition.name, hasFailed);
      this.#perf?.command(definition.name, started, hasFailed);
    }
  }

  disconnected(connectionId: number): void {
    this.activity.disconnected(connectionId);
  }

  #sessionOf(command: CommandDocument, { actor }: CommandContext): Session | undefined {
    const id = sessionIdOf(command);
    return id === undefined ? undefined : this.sessions.use(id + actor.user, actor.user);
  }

  /** A read is tried again when a snapshot's chunk was gone. */
  readonly #carryOut = async (definition: CommandDefinition, operation: Operation): Promise<Reply> => {
    definition.check(operation.command);
    this.activity.begin(operation);
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await definition.run(operation);
        } catch (error) {
          // Writes see to it themselves; a cursor that broke down has lost its place.
          if (definition.name === 'getMore' || attempt > MAX_HEALINGS) throw error;
          if (!(await this.materializer.heal(error))) throw error;
        }
      }
    } finally {
      this.activity.end(operation);
    }
  };

  /** The reply, with the times that a member of a replica set adds. */
  #timed(reply: Reply): Reply {
    const fields = reply as Map<string, Value | RawDocument>;
    fields.set('$clusterTime', this.clock.clusterTime);
    fields.set('operationTime', this.clock.operationTime);
    return reply;
  }

  /** The writer of a branch: one per branch and process, so that writes are computed in order. */
  writer(branchId: number): BranchWriter {
    let writer = this.#writers.get(branchId);
    if (writer === undefined) {
      this.forgetIdleWriters();
      const { store, materializer } = this;
      writer = new BranchWriter(branchId, store, materializer, this.#draftLimits, this.#perf, this.clock);
      this.#writers.set(branchId, writer);
    }
    return writer;
  }

  /**
   * Runs work of several steps on a branch as one commit or more, with everything that commands are held to: validators,
   * unique indexes, one order with all other writes. Computed again when the head moves meanwhile.
   * @param database how messages name the branch: `shop~feature-x`
   * @throws BranchNotFoundError, CommandError DuplicateKey, DocumentValidationFailure, …; what the work throws
   */
  write<T>(
    branchId: number,
    database: string,
    work: Work<T>,
    actor: Actor,
    options: WriteOptions = {},
  ): Promise<T> {
    const constraints = new Constraints(database, this.materializer);
    return this.writer(branchId).run(work, actor, constraints, options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.transactions.abortAll();
    await this.cursors.closeAll();
    this.arrivals.close();
    await Promise.all([...this.#writers.values()].map((writer) => writer.settled()));
    this.#writers.clear();
  }

  private forgetIdleWriters(): void {
    if (this.#writers.size < 1024) return;
    for (const [id, writer] of this.#writers) if (writer.idle) this.#writers.delete(id);
  }
}
