import type { CommandContext, CommandDocument, CommandHandler, Reply, WalEngine } from '@argon/engine';
import { ARGON_COMMANDS } from './table';

/**
 * MongoDB's commands over a log, and Argon's own beside them: `argonMerge`, `argonRestore`, … docs/commands.md lists
 * them. What the driver and the wire server are given.
 */
export class ArgonHandler implements CommandHandler {
  constructor(readonly engine: WalEngine) {}

  handle(command: CommandDocument, context: CommandContext): Promise<Reply> {
    const own = ARGON_COMMANDS.get(command.name);
    return own === undefined ? this.engine.handle(command, context) : this.engine.run(own, command, context);
  }

  /** Closes the engine; store and materializer stay the caller's. */
  async close(): Promise<void> {
    await this.engine.close();
  }
}
