import { encodeDocument } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { SortBuffer } from '../../sort/buffer';
import { compileSort } from '../../sort/compile';
import { insert, text } from './match-cases';
import type { Cases, Difference } from './match-cases';
import { Random } from './random';
import { NAMES, randomCollection, randomScalar } from './random-values';
import type { Wire } from './wire';

/** Sorts one random collection in random ways on mongod and on Argon. */
export async function compareSorts(cases: Cases): Promise<Difference[]> {
  const { wire, database, seed } = cases;
  const random = new Random(seed);
  // Two arrays on a sort's paths end the whole sort, so it gets few documents.
  const documents = randomCollection(random, cases.documents);
  const encoded = documents.map((document) => encodeDocument(document));
  const collection = `sort_${seed}`;
  await insert(wire, database, collection, encoded);
  const all = Array.from({ length: cases.filters }, () => ({
    sort: randomSort(random),
    limit: random.chance(0.3) ? 1 + random.below(5) : 0,
  }));
  const answers = await Promise.all(all.map((query) => askMongod(wire, database, collection, query)));
  await wire.command({ drop: collection, $db: database });
  return all.flatMap((query, index) => {
    const mongod = answers[index]!;
    const argon = askArgon(query, encoded, documents);
    if (argon === mongod) return [];
    return [
      {
        seed,
        filter: `${text(query.sort)} limit ${query.limit}`,
        mongod,
        argon,
        documents: documents.map(text),
      },
    ];
  });
}

interface Query {
  readonly sort: Doc;
  readonly limit: number;
}

/** Ends with `_id`, for mongod leaves open in which order equal documents come. */
function randomSort(random: Random): Doc {
  const sort: Doc = new Map();
  for (let left = random.pick([1, 1, 2, 3]); left > 0; left--) {
    const parts = random.many(1, random.pick([1, 2, 2, 3]), () => random.pick(NAMES));
    sort.set(parts.join('.'), random.chance(0.02) ? randomScalar(random) : random.pick<Value>([1, -1]));
  }
  sort.set('_id', 1);
  return sort;
}

async function askMongod(wire: Wire, database: string, collection: string, query: Query): Promise<string> {
  const hint = { $natural: 1 };
  const projection = { key: { $meta: 'sortKey' } };
  const reply = await wire.command({
    find: collection,
    ...query,
    projection,
    hint,
    batchSize: 1000,
    $db: database,
  });
  if (Number(reply.get('ok')) === 1) {
    const batch = (reply.get('cursor') as Doc).get('firstBatch') as Doc[];
    return text(batch.map((document) => [document.get('_id')!, document.get('key')!]));
  }
  const message = String(reply.get('errmsg')).replace(
    'Executor error during find command :: caused by :: ',
    '',
  );
  return `${String(reply.get('code'))} ${message}`;
}

function askArgon({ sort, limit }: Query, encoded: readonly Uint8Array[], documents: readonly Doc[]): string {
  try {
    const sorter = compileSort(sort);
    const buffer = new SortBuffer<number>({ limit });
    for (const [id, bytes] of encoded.entries()) buffer.add(sorter.key(bytes), id, bytes.length);
    return text(buffer.sorted().map((id) => [id, [...sorter.values(documents[id]!)]]));
  } catch (error) {
    if (error instanceof CommandError) return `${error.mongoCode} ${error.message}`;
    throw new Error(`unexpected: ${String((error as Error).stack)} for ${text(sort)}`, { cause: error });
  }
}
