import { encodeDocument, type Doc } from '@argon/bson';
import {
  Command,
  commandFromParts,
  commandFromSections,
  errorReply,
  type CommandContext,
  type CommandHandler,
} from '@argon/engine';
import { Pacer, type Actor } from '@argon/wal';
import {
  Connection,
  MongoDBResponse,
  type OfficialMessage,
  type OfficialResponse,
  type OfficialResponseType,
} from './official';

/** What connections share with the client that they belong to. Set while the client connects. */
export interface Link {
  handler: CommandHandler | undefined;
  readonly actor: Actor;
  /** Ids of connections, unique in the process. */
  nextConnectionId(): number;
}

/** Bytes of an OP_MSG before its sections: the header and the flag bits. */
const BEFORE_SECTIONS = 1;

interface SendOptions {
  readonly signal?: AbortSignal;
  readonly session?: { readonly explicit?: boolean } | null;
}

/**
 * Of these, sent in a session that the driver made for the one operation, the reply's `$clusterTime` reaches nobody: the
 * driver reads it, keeps it and sends it back with every command, for a log that is in this process and needs no news of
 * its own time. That was a tenth of a findOne.
 */
const TIMELESS = new Set([
  'find',
  'insert',
  'update',
  'delete',
  'findAndModify',
  'count',
  'distinct',
  'getMore',
]);

/** Makes the connection class of one client: the official one, whose messages go to a CommandHandler. */
export function inProcessConnection(link: Link): unknown {
  // Of an embedded store a command is answered without any waiting, so a program that awaits one after the other would
  // otherwise keep the event loop to itself.
  const pacer = new Pacer();
  return class InProcessConnection extends Connection {
    readonly #context: CommandContext;

    constructor(stream: unknown, options: unknown) {
      super(stream, options);
      this.#context = { connectionId: link.nextConnectionId(), actor: link.actor, isLocal: true };
    }

    /** Overrides the one method that would put a message on the socket and wait for what comes back. */
    async *sendWire(
      message: OfficialMessage,
      options: SendOptions,
      responseType?: OfficialResponseType,
    ): AsyncGenerator<OfficialResponse> {
      this.throwIfAborted();
      options.signal?.throwIfAborted();
      if (pacer.due) await pacer.giveWay();
      const bytes = await this.#handle(message, options);
      this.throwIfAborted();
      yield message.moreToCome === true
        ? MongoDBResponse.empty
        : (responseType ?? MongoDBResponse).make(bytes);
    }

    async #handle(message: OfficialMessage, { signal, session }: SendOptions): Promise<Uint8Array> {
      const context = signal === undefined ? this.#context : { ...this.#context, signal };
      if (link.handler === undefined) throw new Error('The ArgonClient is closed');
      try {
        const command = readCommand(message);
        const reply = (await link.handler.handle(command, context)) as Doc;
        if (session?.explicit === false && TIMELESS.has(command.name)) reply.delete('$clusterTime');
        return encodeDocument(reply);
      } catch (error) {
        return encodeDocument(errorReply(error) as Doc);
      }
    }
  };
}

function readCommand(message: OfficialMessage): Command {
  if (message.query !== undefined) {
    return Command.from(message.query, message.databaseName);
  }
  const buffers = message.toBin().slice(BEFORE_SECTIONS);
  const [kind, body, sequences] = buffers;
  // As the driver makes them; an import need not be copied to be read.
  if (buffers.length === 3 && kind!.length === 1 && kind![0] === 0)
    return commandFromParts(body!, sequences!);
  return commandFromSections(Buffer.concat(buffers));
}
