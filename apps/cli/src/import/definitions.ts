import { RawDocument, encodeDocument, type Doc, type Value } from '@argon/bson';
import { Command } from '@argon/engine';
import { CommandFailedError } from '../errors/errors';
import type { Session } from '../store/session';
import type { Collection } from './collection';
import type { Undo } from './undo';

/** The options of a collection that Argon keeps. */
const KEPT_OPTIONS = ['validator', 'validationLevel', 'validationAction', 'collation'];

/** MongoDB's codes for "there is one already" and for what is not supported here. */
const NAMESPACE_EXISTS = 48;
const UNSUPPORTED: readonly unknown[] = [115, 67];

/** Tells of something that was left out. */
export type Note = (text: string) => void;

/**
 * Makes a collection with its options, before its documents. One that is there already keeps its own. Options that have
 * no meaning here (capped, storage engine, …) are left out and noted.
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
  const create = new Map<string, Value>([['create', name]]);
  for (const [option, value] of options) {
    if (KEPT_OPTIONS.includes(option)) create.set(option, value);
    else if (option !== 'uuid') note(`collection '${name}': its option '${option}' was left out`);
  }
  try {
    await session.run(Command.from(create, database));
    undo.commits++;
  } catch (error) {
    const code = codeOf(error);
    if (code === NAMESPACE_EXISTS) return;
    if (!UNSUPPORTED.includes(code) || !create.delete('collation')) throw error;
    note(`collection '${name}': its collation was left out (${(error as Error).message})`);
    await session.run(Command.from(create, database));
    undo.commits++;
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
  let made = 0;
  for (const index of indexes) {
    if (index.get('name') === '_id_') continue;
    const specification: Doc = new Map([...index].filter(([field]) => field !== 'ns'));
    const command = new Map<string, Value>([
      ['createIndexes', name],
      ['indexes', [new RawDocument(encodeDocument(specification))]],
    ]);
    try {
      const reply = await session.run(Command.from(command, database));
      if (!reply.has('note')) undo.commits++;
      made++;
    } catch (error) {
      if (!UNSUPPORTED.includes(codeOf(error))) throw error;
      note(`index '${String(index.get('name'))}' of '${name}' was left out: ${(error as Error).message}`);
    }
  }
  return made;
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
