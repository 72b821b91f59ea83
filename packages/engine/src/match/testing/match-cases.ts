import { encodeDocument, RawDocument, stringifyEjson } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { compileFilter } from '../compile';
import { Random } from './random';
import { RandomFilters } from './random-filters';
import { RandomPatterns } from './random-patterns';
import { RandomSchemas } from './random-schemas';
import { randomCollection } from './random-values';
import type { Wire } from './wire';

/** One case in which mongod and Argon differ, with what is needed to play it again. */
export interface Difference {
  readonly seed: number;
  readonly filter: string;
  readonly mongod: string;
  readonly argon: string;
  /** The documents that only one of the two matched. */
  readonly documents: readonly string[];
}

export interface Cases {
  readonly wire: Wire;
  readonly database: string;
  readonly seed: number;
  readonly documents: number;
  readonly filters: number;
}

/** Random filters of all operators over documents of all types. */
export function compareMatching(cases: Cases): Promise<Difference[]> {
  const random = new Random(cases.seed);
  const documents = randomCollection(random, cases.documents);
  const filters = new RandomFilters(random, documents);
  return compareFilters(cases, documents, () => filters.filter());
}

/** Random JSON schemas. */
export function compareSchemas(cases: Cases): Promise<Difference[]> {
  const random = new Random(cases.seed);
  const documents = randomCollection(random, cases.documents);
  const schemas = new RandomSchemas(random, documents);
  return compareFilters(cases, documents, () => new Map([['$jsonSchema', schemas.schema()]]));
}

/** Random regular expressions over short texts. */
export function comparePatterns(cases: Cases): Promise<Difference[]> {
  const patterns = new RandomPatterns(new Random(cases.seed));
  return compareFilters(cases, patterns.documents(cases.documents), () => patterns.filter());
}

/** Runs filters over one collection on mongod and on both forms of the matcher. */
async function compareFilters(
  cases: Cases,
  documents: readonly Doc[],
  next: () => Doc,
): Promise<Difference[]> {
  const { wire, database, seed } = cases;
  const encoded = documents.map((document) => encodeDocument(document));
  const collection = `match_${seed}`;
  await insert(wire, database, collection, encoded);
  const all = Array.from({ length: cases.filters }, next);
  const answers = await Promise.all(all.map((filter) => askMongod(wire, database, collection, filter)));
  await wire.command({ drop: collection, $db: database });
  return all.flatMap((filter, index) => {
    const mongod = answers[index]!;
    const ours = [askArgon(filter, encoded), askArgon(filter, documents)].find((answer) => answer !== mongod);
    if (ours === undefined || isExplained(mongod, ours)) return [];
    const differing = documents.filter((_, id) => listed(mongod, id) !== listed(ours, id));
    const shown = mongod.startsWith('[') && ours.startsWith('[') ? differing.slice(0, 3) : [];
    return [{ seed, filter: text(filter), mongod, argon: ours, documents: shown.map(text) }];
  });
}

export async function insert(
  wire: Wire,
  database: string,
  collection: string,
  encoded: readonly Uint8Array[],
) {
  await wire.command({ drop: collection, $db: database });
  const documents = encoded.map((bytes) => new RawDocument(bytes));
  const reply = await wire.command({ insert: collection, documents, $db: database });
  if (reply.get('n') !== encoded.length)
    throw new Error(`the referee did not take the documents: ${text(reply)}`);
}

async function askMongod(wire: Wire, database: string, collection: string, filter: Doc): Promise<string> {
  const projection = new Map([['_id', 1]]);
  // Without an index: mongod 6.0 fails to make bounds of some negations of _id (4457011).
  const hint = { $natural: 1 };
  const reply = await wire.command({
    find: collection,
    filter,
    projection,
    hint,
    batchSize: 1000,
    $db: database,
  });
  if (Number(reply.get('ok')) === 1) {
    const batch = (reply.get('cursor') as Doc).get('firstBatch') as Doc[];
    return JSON.stringify(batch.map((document) => document.get('_id')));
  }
  return `${String(reply.get('code'))} ${String(reply.get('errmsg'))}`;
}

function askArgon(filter: Doc, documents: readonly (Doc | Uint8Array)[]): string {
  try {
    const matcher = compileFilter(filter);
    return JSON.stringify(documents.flatMap((document, id) => (matcher.matches(document) ? [id] : [])));
  } catch (error) {
    if (error instanceof CommandError) return `${error.mongoCode} ${error.message}`;
    throw new Error(`unexpected: ${String((error as Error).stack)} for ${text(filter)}`, { cause: error });
  }
}

/**
 * Differences that are known: the wording of PCRE's complaints (the code must agree), and patterns that nothing in
 * JavaScript stands for, which Argon refuses by name.
 */
function isExplained(mongod: string, ours: string): boolean {
  return ours.startsWith('51091 ') && (mongod.startsWith('51091 ') || ours.endsWith(' is not supported'));
}

function listed(answer: string, id: number): boolean {
  return answer.startsWith('[') && (JSON.parse(answer) as number[]).includes(id);
}

export function text(value: Value): string {
  return stringifyEjson(value, { relaxed: false });
}
