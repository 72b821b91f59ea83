import { compareValues, stringifyEjson, toDoc, type Doc, type Value } from '@argon/bson';
import type { Ask } from '../../plan/testing/index-cases';

/** A command as one would write it in a shell; without `$db` it goes to the test's database. */
export type ShellCommand = Readonly<Record<string, unknown>>;

/** What depends on the deployment, and says nothing of the command. */
const SURROUNDINGS = [
  'millis',
  '$clusterTime',
  'operationTime',
  'electionId',
  'opTime',
  'commitQuorum',
  'argonCode',
];

/** What a server answers to each command, types exact; what chance decides is blanked, and its order put right. */
export async function transcript(
  ask: Ask,
  database: string,
  commands: readonly ShellCommand[],
): Promise<string[]> {
  const lines: string[] = [];
  for (const command of commands) {
    // The command's name comes first.
    const reply = await ask(toDoc({ ...command, $db: command['$db'] ?? database }));
    lines.push(`${JSON.stringify(command)} → ${stringifyEjson(normalised(reply, command))}`);
  }
  return lines;
}

function normalised(reply: Doc, command: ShellCommand): Doc {
  const fields = [...reply].filter(([field]) => !SURROUNDINGS.includes(field));
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  const shown: Doc = new Map(fields);
  const cursor = shown.get('cursor');
  if (cursor instanceof Map) shown.set('cursor', shownCursor(cursor, command));
  // mongod writes an integer where it answers from an aggregation.
  shown.set('ok', Number(shown.get('ok')));
  const values = shown.get('values');
  if (Array.isArray(values)) shown.set('values', [...values].sort(compareValues));
  // Locks that a server's own threads hold for a moment.
  if (shown.has('lockInfo')) shown.set('lockInfo', []);
  return shown;
}

function shownCursor(cursor: Doc, command: ShellCommand): Doc {
  const batch = (cursor.get('firstBatch') ?? cursor.get('nextBatch') ?? []) as Value[];
  const documents = batch.map((document) => blanked(document as Doc));
  if ('listCollections' in command) documents.sort((a, b) => compareValues(a.get('name'), b.get('name')));
  return new Map<string, Value>([
    ['batch', documents],
    ['isOpen', String(cursor.get('id')) !== '0'],
    ['ns', cursor.get('ns') ?? null],
  ]);
}

/** Without what no two servers have alike. */
function blanked(document: Doc): Doc {
  const info = document.get('info');
  if (!(info instanceof Map) || !info.has('uuid')) return document;
  return new Map([...document, ['info', new Map([...info, ['uuid', 'UUID']])]]);
}
