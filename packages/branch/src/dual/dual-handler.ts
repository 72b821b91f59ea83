import type { Value } from '@argon/bson';
import {
  Command,
  errorReply,
  isSystemDatabase,
  parseAddress,
  type Address,
  type CommandContext,
  type CommandDefinition,
  type CommandDocument,
  type CommandHandler,
  type Reply,
} from '@argon/engine';
import type { ArgonHandler } from '../commands/argon-handler';
import { toMongoError } from '../commands/mongo-errors';
import { ARGON_COMMANDS } from '../commands/table';
import { WalOnlyError } from '../prefix/errors';
import type { PrefixHandler } from '../prefix/handler/prefix-handler';
import type { Shadow } from './contract';
import { killCursors } from './kill-cursors';
import { OpenCursors } from './open-cursors';
import { OpenTransactions, turnedOver } from './open-transactions';
import { onlyReads } from './reads';
import { serverCommand } from './server-commands';
import type { Side, Sides } from './sides';

/** Turns that a command may meet one after the other before it is told of the last. */
const MAX_ROUTES = 8;
const NAMESPACE_NOT_FOUND = 26;
/** TransactionTooOld, NoSuchTransaction. */
const UNKNOWN_TRANSACTION: ReadonlySet<unknown> = new Set([225, 251]);
const ENDINGS: ReadonlySet<string> = new Set(['abortTransaction', 'commitTransaction']);

/** What a dual handler hands commands to. */
export interface DualParts {
  readonly log: ArgonHandler;
  readonly prefixed: PrefixHandler;
  readonly sides: Sides;
  /** Argon's own commands that are not one side's: branches are made, listed and deleted over both. */
  readonly commands: ReadonlyMap<string, CommandDefinition>;
  /** Told of reads of traditional branches. */
  readonly shadow?: Shadow | undefined;
}

/**
 * MongoDB's commands for a project of which some branches live in the log and others in prefixed collections: each goes to the
 * side that serves its branch. Other projects are the log's. What it hands commands to stays the caller's to close.
 */
export class DualHandler implements CommandHandler {
  readonly #cursors = new OpenCursors();
  readonly #transactions = new OpenTransactions();
  /** Those of the log. */
  readonly #logged = new OpenTransactions();

  constructor(readonly parts: DualParts) {}

  async handle(command: CommandDocument, context: CommandContext): Promise<Reply> {
    try {
      return await this.run(command, context);
    } catch (error) {
      return errorReply(toMongoError(error));
    }
  }

  disconnected(connectionId: number): void {
    const log: CommandHandler = this.parts.log;
    log.disconnected?.(connectionId);
  }

  async close(): Promise<void> {
    await this.parts.log.close();
  }

  private async run(command: CommandDocument, context: CommandContext): Promise<Reply> {
    const { log, sides, commands, prefixed } = this.parts;
    if (isSystemDatabase(command.database)) {
      if (ENDINGS.has(command.name)) return this.end(command, context);
      return serverCommand(this.parts, command, context, (database) => this.sideOf(database));
    }
    const address = parseAddress(command.database);
    if (address.project !== sides.directory.project) return log.handle(command, context);
    const own = commands.get(command.name);
    if (own !== undefined) return log.engine.run(own, command, context);
    if (command.name === 'killCursors') return killCursors(this.parts, this.#cursors, command, context);
    if (command.name === 'getMore') {
      // Its branch may be served from elsewhere by now; a cursor stays where it was opened.
      const opener = this.#cursors.has(command.get('getMore')) ? prefixed : log;
      return opener.handle(command, context);
    }
    return this.routed(command, context, address);
  }

  private async routed(command: CommandDocument, context: CommandContext, address: Address): Promise<Reply> {
    const { log, prefixed, sides, shadow } = this.parts;
    const { branch } = address;
    const reads = onlyReads(command);
    let reply: Reply | undefined;
    for (let route = 1; route <= MAX_ROUTES; route++) {
      const side = reads ? await sides.of(branch) : await sides.forWriting(branch, context.signal);
      if (side.type === 'traditional') {
        this.#logged.refuse(command);
        this.#transactions.note(command, branch);
        reply = this.noted(await prefixed.handle(command, context));
        if (reply.get('argonCode') !== 'ARGON_BRANCH_NOT_TRADITIONAL') {
          if (reads && Number(reply.get('ok')) === 1) shadow?.saw(command, branch);
          return reply;
        }
        // Two looks at the record crossed; nothing was done yet.
        await sides.now(branch);
        continue;
      } else {
        if (this.#transactions.of(command)?.has(branch) === true) throw turnedOver(branch);
        this.#transactions.refuse(command);
        this.#logged.note(command, branch);
        reply = await log.handle(command, context);
        if (reply.get('code') !== NAMESPACE_NOT_FOUND) return reply;
        await this.refuseTraditional(command);
      }
      // It may be about to be turned over, so that it had no such name any more when the command came.
      const now = await sides.now(branch);
      if (now.record?.fence !== undefined) await sides.forWriting(branch, context.signal);
      else if (now.type === side.type) return reply;
    }
    return reply!;
  }

  private async sideOf(database: string): Promise<Side> {
    const { project, branch } = parseAddress(database);
    if (project !== this.parts.sides.directory.project) return { type: 'wal', record: undefined };
    return this.parts.sides.forWriting(branch);
  }

  /** Of a command of the log that names a traditional branch as its other one. @throws WalOnlyError */
  private async refuseTraditional(command: CommandDocument): Promise<void> {
    if (!ARGON_COMMANDS.has(command.name)) return;
    const { branches } = await this.parts.sides.directory.known();
    for (const field of command.fields()) {
      if (field.startsWith('$') || field === 'comment') continue;
      const value = command.get(field);
      const named = typeof value === 'string' ? branches.get(value.split('@')[0]!) : undefined;
      if (named !== undefined && !named.useWal) throw new WalOnlyError(`run '${command.name}'`, named.name);
    }
  }

  private async end(command: CommandDocument, context: CommandContext): Promise<Reply> {
    const { log, prefixed } = this.parts;
    const branches = this.#transactions.of(command);
    if (branches !== undefined) return this.endInMongod(branches, command, context);
    const reply = await log.handle(command, context);
    // It may be mongod's all the same, begun before this process was: mongod says so if it is not.
    return UNKNOWN_TRANSACTION.has(reply.get('code')) ? prefixed.handle(command, context) : reply;
  }

  /** A transaction whose branch was turned over is not committed: what it wrote would be where nobody looks. */
  private async endInMongod(
    branches: ReadonlySet<string>,
    command: CommandDocument,
    context: CommandContext,
  ): Promise<Reply> {
    const { prefixed, sides } = this.parts;
    const known = await sides.directory.refresh();
    const gone = [...branches].find((branch) => known.branches.get(branch)?.useWal === true);
    if (gone === undefined || command.name === 'abortTransaction') return prefixed.handle(command, context);
    const { lsid, txnNumber } = Object.fromEntries(command.toDocument()) as Record<string, Value>;
    const abort = { abortTransaction: 1, lsid: lsid!, txnNumber: txnNumber!, autocommit: false };
    await prefixed.handle(Command.from(abort, 'admin'), context);
    throw turnedOver(gone);
  }

  private noted(reply: Reply): Reply {
    this.#cursors.note(reply);
    return reply;
  }
}
