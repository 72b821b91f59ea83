import { encodeDocument, RawDocument, type Doc, type Value } from '@argon/bson';
import { Random } from '../../match/testing/random';
import type { Wire } from '../../match/testing/wire';
import { compilePipeline } from '../pipeline';
import { batchesOf, collect } from '../stage/stream';
import { ExpressionMaker, object } from './expression-maker';
import { isExplained } from './explained';
import { malformed, OPERATOR_CASES } from './operator-cases';
import { comparisonFor, describeOutcome, outcomeOf, sameOutcome, text, type Outcome } from './outcome';
import { randomTypedDocument } from './random-documents';

/** A case in which mongod and Argon differ, with what is needed to play it again. */
export interface Difference {
  readonly seed: number;
  readonly what: string;
  readonly mongod: string;
  readonly argon: string;
}

export interface ExpressionCases {
  readonly wire: Wire;
  readonly database: string;
  readonly seed: number;
  /** How many documents; each expression is evaluated on one. */
  readonly documents: number;
  readonly expressions: number;
  /** Only these operators at the top. */
  readonly operators?: readonly string[];
}

const NOW = new Date(1_700_000_000_000);

/** Evaluates random expressions on random documents on mongod and on Argon. */
export async function compareExpressions(cases: ExpressionCases): Promise<Difference[]> {
  const { wire, database, seed } = cases;
  const random = new Random(seed);
  const documents = Array.from({ length: cases.documents }, (_, id) => randomTypedDocument(random, id));
  const collection = `expressions_${seed}`;
  await insert(wire, database, collection, documents);
  const names = cases.operators ?? Object.keys(OPERATOR_CASES);
  const maker = new ExpressionMaker(random, OPERATOR_CASES);
  const made = Array.from({ length: cases.expressions }, () => {
    const name = random.pick(names);
    const expression = random.chance(0.04) ? malformed(maker, name) : maker.operator(name);
    return { expression, document: random.pick(documents) };
  });
  const answers = await Promise.all(
    made.map(({ expression, document }) =>
      askMongod(wire, database, collection, pipelineFor(expression, document)),
    ),
  );
  await wire.command({ drop: collection, $db: database });
  const differences: Difference[] = [];
  for (const [index, { expression, document }] of made.entries()) {
    const mongod = answers[index] as Outcome;
    const argon = await evaluate(expression, document);
    if (
      sameOutcome(mongod, argon, comparisonFor(expression)) ||
      isExplained(expression, document, mongod, argon)
    )
      continue;
    differences.push(difference(seed, expression, document, mongod, argon));
  }
  return differences;
}

function difference(
  seed: number,
  expression: Value,
  document: Doc,
  mongod: Outcome,
  argon: Outcome,
): Difference {
  const written = text(expression);
  const fields = [...document].filter(([name]) => written.includes(`$${name}`));
  return {
    seed,
    what: `${written}\n  on ${text(new Map(fields))}`,
    mongod: describeOutcome(mongod),
    argon: describeOutcome(argon),
  };
}

/** mongod's other engine has codes of its own for some errors; a stage that it does not know keeps it out. */
export const CLASSIC_ENGINE: Doc = object(['$_internalInhibitOptimization', new Map()]);

function pipelineFor(expression: Value, document: Doc): Value[] {
  const match = object(['$match', object(['_id', document.get('_id') as Value])]);
  return [match, CLASSIC_ENGINE, object(['$replaceWith', object(['x', expression])])];
}

export async function insert(
  wire: Wire,
  database: string,
  collection: string,
  documents: readonly Doc[],
): Promise<void> {
  await wire.command({ drop: collection, $db: database });
  if (documents.length === 0) {
    await wire.command({ create: collection, $db: database });
    return;
  }
  const encoded = documents.map((document) => new RawDocument(encodeDocument(document)));
  const reply = await wire.command({ insert: collection, documents: encoded, $db: database });
  if (reply.get('n') !== documents.length) throw new Error(`the referee did not insert: ${text(reply)}`);
}

export async function askMongod(
  wire: Wire,
  database: string,
  collection: string,
  pipeline: readonly Value[],
): Promise<Outcome> {
  const reply = await wire.command(
    new Map<string, Value>([
      ['aggregate', collection],
      ['pipeline', [...pipeline]],
      ['cursor', object(['batchSize', 10_000])],
      ['$db', database],
    ]),
  );
  if (Number(reply.get('ok')) === 1) {
    return { documents: (reply.get('cursor') as Doc).get('firstBatch') as Doc[] };
  }
  return { code: Number(reply.get('code')), message: String(reply.get('errmsg')) };
}

async function evaluate(expression: Value, document: Doc): Promise<Outcome> {
  return outcomeOf(() => {
    const pipeline = compilePipeline([object(['$replaceWith', object(['x', expression])])], {
      namespace: { database: 'test', collection: 'test' },
      now: NOW,
      scan: () => batchesOf([]),
    });
    return collect(pipeline.run(batchesOf([document])));
  });
}
