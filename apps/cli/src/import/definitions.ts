import { RawDocument, encodeDocument, type Value } from '@argon/bson';
import { Command, keptIndexes, keptOptions, keptView } from '@argon/engine';
import { CommandFailedError } from '../errors/errors';
import type { Session } from '../store/session';
import type { Collection } from './collection';
import type { Undo } from './undo';

/** MongoDB's code for "there is one already". */
const NAMESPACE_EXISTS = 48;

/** Tells of something that was left out. */
export type Note = (text: string) => void;

/**
 * Makes a collection with its options, before its documents, or a view. One that is there already keeps its own. What has
 * no meaning here is left out and noted.
 * @throws CommandFailedError
 */
export async function defineCollection(
  session: Session,
  database: string,
  { name, options }: Collection,
  undo: Undo,
  note: Note,
): Promise<void> {
  if (options === undefined) return;
  const { kept, notes } = options.has('viewOn')
    ? keptView(database, name, options)
    : keptOptions(name, options);
  for (const text of notes) note(text);
  if (kept === undefined) return;
  try {
    await session.run(Command.from(new Map<string, Value>([['create', name], ...kept]), database));
    undo.commits++;
  } catch (error) {
    if (codeOf(error) !== NAMESPACE_EXISTS) throw error;
  }
}

/**
 * Makes a collection's indexes, after its documents. Those of a kind that is not supported are left out and noted.
 * @throws CommandFailedError, such as for documents that a unique index does not allow
 */
export async function defineIndexes(
  session: Session,
  database: string,
  { name, indexes }: Collection,
  undo: Undo,
  note: Note,
): Promise<number> {
  const { kept, notes } = keptIndexes(name, indexes);
  for (const text of notes) note(text);
  for (const specification of kept) {
    const command = new Map<string, Value>([
      ['createIndexes', name],
      ['indexes', [new RawDocument(encodeDocument(specification))]],
    ]);
    const reply = await session.run(Command.from(command, database));
    if (!reply.has('note')) undo.commits++;
  }
  return kept.length;
}

/** Drops a collection before it is imported anew; nothing if there is none. @throws CommandFailedError */
export async function dropCollection(
  session: Session,
  database: string,
  name: string,
  undo: Undo,
): Promise<void> {
  try {
    await session.run(Command.from(new Map<string, Value>([['drop', name]]), database));
    undo.commits++;
  } catch (error) {
    if (codeOf(error) !== 26) throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof CommandFailedError ? error.data['code'] : undefined;
}
