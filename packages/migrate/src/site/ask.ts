import type { LegacyDatabase } from '@argon/branch/prefix';
import { decodeDocument, encodeDocument, type Doc, type Value } from '@argon/bson';
import { SiteServerError } from './errors';

/** A command's fields, its name first; `$db` unless it is the database's own. */
export type Fields = Readonly<Record<string, Value>>;
/** Documents that travel beside a command, by field. */
export type Sequences = ReadonlyMap<string, readonly Uint8Array[]>;

export const MAJORITY: Doc = new Map([['w', 'majority']]);

/** A write of a batch that MongoDB did not take. */
export interface Refusal {
  /** Which of the batch. */
  readonly index: number;
  readonly code: number;
  readonly message: string;
}

/**
 * Runs a command in exact types. What is wrong with single writes is in the reply (`refusalsOf`).
 * @throws SiteServerError if it was not carried out, or not confirmed; the driver's error when no reply came
 */
export async function ask(database: LegacyDatabase, fields: Fields, sequences?: Sequences): Promise<Doc> {
  const body: Doc = new Map([['$db', database.name]]);
  // The command's name comes first, and what it says of `$db` counts.
  const ordered: Doc = new Map([
    ...Object.entries(fields),
    ...[...body].filter(([name]) => !(name in fields)),
  ]);
  const reply = decodeDocument(await database.send(encodeDocument(ordered), sequences));
  const failure = Number(reply.get('ok')) === 1 ? (reply.get('writeConcernError') as Doc | undefined) : reply;
  if (failure === undefined) return reply;
  throw new SiteServerError(database.location, Object.keys(fields)[0]!, {
    code: Number(failure.get('code') ?? 0),
    message: String(failure.get('errmsg') ?? 'a write was not confirmed'),
    labels: ((reply.get('errorLabels') ?? []) as readonly string[]).map(String),
  });
}

export function refusalsOf(reply: Doc): readonly Refusal[] {
  return ((reply.get('writeErrors') ?? []) as readonly Doc[]).map((error) => ({
    index: Number(error.get('index')),
    code: Number(error.get('code')),
    message: String(error.get('errmsg')),
  }));
}
