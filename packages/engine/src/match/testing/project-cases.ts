import { decodeDocument, encodeDocument } from '@argon/bson';
import type { Doc } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { compileProjection } from '../../project/compile';
import { compileFilter } from '../compile';
import { insert, text } from './match-cases';
import type { Cases, Difference } from './match-cases';
import { Random } from './random';
import { RandomFilters } from './random-filters';
import { RandomProjections } from './random-projections';
import { randomCollection } from './random-values';
import type { Wire } from './wire';

/** Runs random projections, with random filters, over one random collection on mongod and on Argon. */
export async function compareProjections(cases: Cases): Promise<Difference[]> {
  const { wire, database, seed } = cases;
  const random = new Random(seed);
  const documents = randomCollection(random, cases.documents);
  const encoded = documents.map((document) => encodeDocument(document));
  const collection = `project_${seed}`;
  await insert(wire, database, collection, encoded);
  const filters = new RandomFilters(random, documents);
  const projections = new RandomProjections(random, filters);
  const all = Array.from({ length: cases.filters }, () => {
    const projection = projections.projection();
    const positional = [...projection.keys()].find((name) => name.endsWith('.$'));
    return { filter: filterFor(random, filters, positional), projection };
  });
  const answers = await Promise.all(all.map((query) => askMongod(wire, database, collection, query)));
  await wire.command({ drop: collection, $db: database });
  return all.flatMap((query, index) => {
    const mongod = answers[index]!;
    const argon = askArgon(query, encoded);
    if (matchingAnswers(mongod, argon)) return [];
    const at = mongod.findIndex((answer, line) => answer !== argon[line]);
    const shown = text(new Map([...Object.entries(query)]));
    const original = documents.filter((document) =>
      mongod[at]?.includes(`"_id":${text(document.get('_id')!)}`),
    );
    return [
      {
        seed,
        filter: shown,
        mongod: String(mongod[at]),
        argon: String(argon[at]),
        documents: original.map(text),
      },
    ];
  });
}

interface Query {
  readonly filter: Doc;
  readonly projection: Doc;
}

/** For a positional projection a filter that looks at the same array, or it would hardly ever work. */
function filterFor(random: Random, filters: RandomFilters, positional: string | undefined): Doc {
  if (positional === undefined) return random.chance(0.7) ? new Map() : filters.filter();
  const path = positional.slice(0, -2);
  const filter: Doc = new Map([[path, filters.operators(1)]]);
  if (random.chance(0.4)) for (const [name, value] of filters.filter(1)) filter.set(name, value);
  return filter;
}

async function askMongod(wire: Wire, database: string, collection: string, query: Query): Promise<string[]> {
  const hint = { $natural: 1 };
  const body = encodeDocument({ find: collection, ...query, hint, batchSize: 1000, $db: database });
  const reply = decodeDocument(await wire.send(body));
  if (Number(reply.get('ok')) === 1) {
    return ((reply.get('cursor') as Doc).get('firstBatch') as Doc[]).map(text);
  }
  const message = String(reply.get('errmsg')).replace(
    'Executor error during find command :: caused by :: ',
    '',
  );
  return [`${String(reply.get('code'))} ${message}`];
}

function askArgon({ filter, projection }: Query, documents: readonly Uint8Array[]): string[] {
  try {
    const matcher = compileFilter(filter);
    const projector = compileProjection(projection);
    return documents.flatMap((document) => {
      const { matched, position } = matcher.matchesWithPosition(document);
      return matched ? [text(decodeDocument(projector.project(document, position)))] : [];
    });
  } catch (error) {
    if (error instanceof CommandError) return [`${error.mongoCode} ${error.message}`];
    throw new Error(`unexpected: ${String((error as Error).stack)} for ${text(projection)}`, {
      cause: error,
    });
  }
}

function matchingAnswers(mongod: readonly string[], argon: readonly string[]): boolean {
  if (mongod[0]?.startsWith('51091 ') && argon[0]?.startsWith('51091 ')) return true;
  return mongod.length === argon.length && mongod.every((answer, index) => answer === argon[index]);
}
