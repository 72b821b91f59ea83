import type { Value } from '@argon/bson';
import type { CommandContext, CommandDocument, Reply } from '@argon/engine';
import type { LegacyDatabase } from '../connection/legacy-database';
import { replyOf } from '../reply/shown-reply';
import { sendFor } from './send';

const GREETINGS = new Set(['hello', 'isMaster', 'ismaster']);
/** Of mongod's own connections and logins; the client's are with us. */
const NOT_FOR_CLIENTS = ['topologyVersion', 'saslSupportedMechs', 'speculativeAuthenticate', 'compression'];

/** The server's own description, asked for anew: what the client says of itself was said by our connections before. */
export async function hello(
  command: CommandDocument,
  context: CommandContext,
  database: LegacyDatabase,
): Promise<Reply | undefined> {
  if (!GREETINGS.has(command.name)) return undefined;
  const question = new Map<string, Value>([
    [command.name, 1],
    ['helloOk', true],
    ['$db', 'admin'],
  ]);
  const reply = replyOf(await sendFor({ command, context, database }, question));
  for (const field of NOT_FOR_CLIENTS) reply.delete(field);
  if (reply.has('connectionId')) reply.set('connectionId', context.connectionId);
  return reply;
}
