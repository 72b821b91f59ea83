import { encodeDocument, type Doc } from '@argon/bson';
import type { CommandContext, CommandDocument } from '@argon/engine';
import type { LegacyDatabase } from '../connection/legacy-database';
import type { CommandFields } from '../rewrite/command-fields';
import { unreachable } from './failures';

/** What is sent for a command: its fields rewritten, or a document of our own. */
type Sent = Pick<CommandFields, 'body' | 'sequences'> | Doc;

/** Sends what a command comes to, and gives mongod's reply as it came. @throws CommandError when none came */
export async function sendFor(
  {
    command,
    context,
    database,
  }: { command: CommandDocument; context: CommandContext; database: LegacyDatabase },
  sent: Sent,
): Promise<Uint8Array> {
  const { body, sequences } = sent instanceof Map ? { body: sent, sequences: undefined } : sent;
  try {
    return await database.send(encodeDocument(body), sequences, context.signal);
  } catch (error) {
    throw unreachable(error, command, database.location);
  }
}
