import {
  errorReply,
  type CommandContext,
  type CommandDocument,
  type CommandHandler,
  type Reply,
} from '@argon/engine';

/** Picks the handler that serves a database (`project[~branch][@moment]`). May look it up, and may refuse by throwing. */
export type Route = (database: string) => CommandHandler | Promise<CommandHandler>;

/**
 * A CommandHandler that hands every command to the handler of the branch it addresses: the WAL engine for some, others
 * elsewhere. Commands that follow up on a cursor address the same branch, so they reach the handler that opened it.
 */
export class BranchRouter implements CommandHandler {
  constructor(
    private readonly route: Route,
    /** Every handler that `route` may name; told of closed connections, and closed with the router. */
    private readonly handlers: readonly CommandHandler[],
  ) {}

  async handle(command: CommandDocument, context: CommandContext): Promise<Reply> {
    try {
      const handler = await this.route(command.database);
      return await handler.handle(command, context);
    } catch (error) {
      return errorReply(error);
    }
  }

  disconnected(connectionId: number): void {
    for (const handler of this.handlers) handler.disconnected?.(connectionId);
  }

  async close(): Promise<void> {
    await Promise.all(this.handlers.map((handler) => handler.close()));
  }
}
