import { decodeDocument } from '@argon/bson';
import {
  CommandError,
  errorReply,
  isSystemDatabase,
  parseAddress,
  type CommandContext,
  type CommandDocument,
  type CommandHandler,
  type Reply,
} from '@argon/engine';
import { BranchNotFoundError, ProjectNotFoundError } from '@argon/wal';
import { toMongoError } from '../../commands/mongo-errors';
import { ARGON_COMMANDS } from '../../commands/table';
import type { LegacyDatabase } from '../connection/legacy-database';
import { NotTraditionalError, WalOnlyError } from '../errors';
import { BranchNames } from '../names/branch-names';
import { shownExplanation } from '../reply/shown-explain';
import { isOk, replyOf, shownReply } from '../reply/shown-reply';
import { CommandFields } from '../rewrite/command-fields';
import { isRewritten, rewriteCommand } from '../rewrite/command-rules';
import type { BranchDirectory } from '../service/branch-directory';
import { BRANCH_COMMANDS } from './branch-commands';
import type { BranchOperation } from './contract';
import { hello } from './hello';
import { refuseInTransaction } from './in-transaction';
import { listDatabases } from './list-databases';
import { renameCollection } from './rename-collection';
import { sendFor } from './send';
import { FORWARDED_AS_IS, NOT_SUPPORTED } from './server-commands';

const ON_CURSORS: ReadonlySet<string> = new Set(['getMore', 'killCursors']);

/**
 * MongoDB's commands over a legacy database whose branches are collections under prefixes: names are turned on the way to
 * mongod and back, and everything else is mongod's. `shop~feature` is branch `feature` of the project.
 *
 * The database stays the caller's: `close` ends nothing. Cursors and sessions live in mongod, and end there.
 */
export class PrefixHandler implements CommandHandler {
  constructor(readonly directory: BranchDirectory) {}

  async handle(command: CommandDocument, context: CommandContext): Promise<Reply> {
    try {
      return await this.run(command, context);
    } catch (error) {
      return errorReply(toMongoError(error));
    }
  }

  async close(): Promise<void> {}

  private async run(command: CommandDocument, context: CommandContext): Promise<Reply> {
    const { name } = command;
    refuseInTransaction(command);
    const greeting = await hello(command, context, this.database);
    if (greeting !== undefined) return greeting;
    if (name === 'listDatabases') return listDatabases(command, this.directory);
    if (name === 'renameCollection') {
      return renameCollection(command, (database) => this.operation(command, context, database));
    }
    if (FORWARDED_AS_IS.has(name)) return this.forward(command, context);
    if (isSystemDatabase(command.database)) {
      refuseStreamOnSystem(command);
      throw this.notServed(command);
    }
    if (ARGON_COMMANDS.has(name)) {
      throw new WalOnlyError(`run '${name}'`, parseAddress(command.database).branch);
    }
    const special = BRANCH_COMMANDS.get(name);
    if (special === undefined && !isRewritten(name)) throw this.notServed(command);
    const operation = await this.operation(command, context, command.database);
    return special === undefined ? sendRewritten(operation) : special(operation);
  }

  /** @throws BranchNotFoundError, ProjectNotFoundError, NotTraditionalError, WalOnlyError */
  private async operation(
    command: CommandDocument,
    context: CommandContext,
    shownDatabase: string,
  ): Promise<BranchOperation> {
    const { project, branch, moment } = parseAddress(shownDatabase);
    if (project !== this.directory.project) throw new ProjectNotFoundError(project);
    if (moment !== undefined) throw new WalOnlyError('read the past', branch);
    let known = await this.directory.known();
    if (!known.branches.has(branch)) known = await this.directory.refresh();
    const record = known.branches.get(branch);
    if (record === undefined) throw new BranchNotFoundError(branch);
    // A cursor is mongod's until it ends, wherever its branch went meanwhile.
    if (record.useWal && !ON_CURSORS.has(command.name)) throw new NotTraditionalError(branch);
    const names = new BranchNames(branch, known.prefixes, shownDatabase, this.database.name);
    return { command, context, names, database: this.database };
  }

  private async forward(command: CommandDocument, context: CommandContext): Promise<Reply> {
    const fields = new CommandFields(command);
    if (!isSystemDatabase(command.database)) fields.set('$db', this.database.name);
    return replyOf(await sendFor({ command, context, database: this.database }, fields));
  }

  private notServed({ name }: CommandDocument): CommandError {
    if (NOT_SUPPORTED.has(name) || isRewritten(name) || BRANCH_COMMANDS.has(name)) {
      return new CommandError(
        'CommandNotSupported',
        `Command '${name}' is not supported on a traditional branch`,
      );
    }
    return new CommandError('CommandNotFound', `no such command: '${name}'`);
  }

  private get database(): LegacyDatabase {
    return this.directory.database;
  }
}

/** @throws CommandError InvalidNamespace for a change stream on MongoDB's own databases */
function refuseStreamOnSystem(command: CommandDocument): void {
  const { name, database } = command;
  const pipeline = name === 'aggregate' ? command.get('pipeline') : undefined;
  const [first] = Array.isArray(pipeline) ? pipeline : [];
  const stream = first instanceof Map ? first.get('$changeStream') : undefined;
  const isOfCluster = stream instanceof Map && stream.get('allChangesForCluster') === true;
  if (stream === undefined || isOfCluster) return;
  throw new CommandError(
    'InvalidNamespace',
    `$changeStream may not be opened on the internal ${database} database`,
  );
}

async function sendRewritten(operation: BranchOperation): Promise<Reply> {
  const { command, names } = operation;
  const bytes = await sendFor(operation, rewriteCommand(command, names));
  const explains =
    command.name === 'explain' || (command.name === 'aggregate' && command.get('explain') === true);
  // A plan is decoded as a whole: names may stand anywhere in it.
  return explains && isOk(bytes) ? shownExplanation(decodeDocument(bytes), names) : shownReply(bytes, names);
}
