import { compareValues, type Doc, type Value } from '@argon/bson';
import { Random } from '../../match/testing/random';
import type { Wire } from '../../match/testing/wire';
import { compilePipeline } from '../pipeline';
import { batchesOf, collect } from '../stage/stream';
import { askMongod, CLASSIC_ENGINE, insert, type Difference } from './expression-cases';
import { object } from './expression-maker';
import { comparisonFor, describeOutcome, outcomeOf, sameOutcome, text, type Outcome } from './outcome';
import { PipelineMaker } from './random-pipelines';
import { randomRecord } from './random-record';

export interface PipelineCases {
  readonly wire: Wire;
  readonly database: string;
  readonly seed: number;
  readonly documents: number;
  readonly pipelines: number;
}

const NOW = new Date(1_700_000_000_000);

/** Runs random pipelines over a random collection on mongod and on Argon. */
export async function comparePipelines(cases: PipelineCases): Promise<Difference[]> {
  const { wire, seed } = cases;
  const database = `${cases.database}_${seed}`;
  const random = new Random(seed);
  const records = Array.from({ length: cases.documents }, (_, id) => randomRecord(random, id));
  const others = Array.from({ length: 8 }, (_, id) => randomRecord(random, 100 + id));
  await insert(wire, database, 'records', records);
  await insert(wire, database, 'other', others);
  const maker = new PipelineMaker(random);
  const made = Array.from({ length: cases.pipelines }, () => maker.pipeline());
  const answers = await Promise.all(
    made.map((pipeline) => askMongod(wire, database, 'records', apart(pipeline))),
  );
  await wire.command({ dropDatabase: 1, $db: database });
  const differences: Difference[] = [];
  for (const [index, pipeline] of made.entries()) {
    const mongod = settle(answers[index] as Outcome, pipeline);
    const argon = settle(await run(pipeline, database, records, others), pipeline);
    if (sameOutcome(mongod, argon, comparisonFor([...pipeline])) || isExplained(pipeline, mongod, argon))
      continue;
    differences.push({
      seed,
      what: pipeline.map((stage) => text(stage)).join('\n  '),
      mongod: firstDifference(mongod, argon),
      argon: firstDifference(argon, mongod),
    });
  }
  return differences;
}

/**
 * With the stages kept apart, so that each does what it says and no optimizer moves them; but for limits, which Argon
 * moves too.
 */
function apart(pipeline: readonly Doc[]): Value[] {
  return pipeline.flatMap((stage, index) => {
    const rest = pipeline.slice(index).map((later) => [...later.keys()][0] as string);
    const next = rest.findIndex((name) => !DOCUMENT_WISE.has(name));
    const previous = [...(pipeline[index - 1]?.keys() ?? [])][0] ?? '';
    const isMoved = LIMITS.has(rest[next] ?? '') && (DOCUMENT_WISE.has(previous) || LIMITS.has(previous));
    return isMoved ? [stage] : [CLASSIC_ENGINE, stage];
  });
}

const DOCUMENT_WISE = new Set(['$project', '$addFields', '$set', '$unset', '$replaceRoot', '$replaceWith']);
const LIMITS = new Set(['$limit', '$skip']);

async function run(
  pipeline: readonly Value[],
  database: string,
  records: readonly Doc[],
  others: readonly Doc[],
): Promise<Outcome> {
  return outcomeOf(() => {
    const compiled = compilePipeline(pipeline, {
      namespace: { database, collection: 'records' },
      now: NOW,
      scan: (collection) => batchesOf(collection === 'other' ? others : []),
    });
    return collect(compiled.run(batchesOf(records)));
  });
}

/** Stages after which documents come in no particular order: those that hash. */
const UNORDERED = new Set(['$facet', '$densify']);

/** Puts documents in an order of their own where mongod has none. */
function settle(outcome: Outcome, pipeline: readonly Doc[]): Outcome {
  if ('code' in outcome) return outcome;
  const hashes = pipeline.some((stage) => UNORDERED.has([...stage.keys()][0] as string));
  if (!hashes) return outcome;
  const documents = outcome.documents.map((document) => sortFacets(document));
  return { documents: documents.toSorted((left, right) => compareValues(left, right)) };
}

function sortFacets(document: Doc): Doc {
  const [a, b] = [document.get('a'), document.get('b')];
  if (!Array.isArray(a) || !Array.isArray(b) || document.size !== 2) return document;
  return object(['a', a.toSorted(compareValues)], ['b', b.toSorted(compareValues)]);
}

/** Differences that are known and meant to be. */
function isExplained(pipeline: readonly Doc[], mongod: Outcome, argon: Outcome): boolean {
  // A stage sees a batch before the next one sees its first document, so of two errors another may come first.
  if ('code' in mongod && 'code' in argon)
    return pipeline.length > 1 && mongod.message.startsWith('PlanExecutor');
  // mongod remembers the place of a field that a stage dropped, and one that sets it again puts it there; Argon
  // appends it.
  if (!pipeline.some(drops) || pipeline.length < 2) return false;
  const [theirs, ours] = [mongod, argon].map((outcome) => settle(withSortedFields(outcome), pipeline));
  return sameOutcome(theirs as Outcome, ours as Outcome, comparisonFor([...pipeline]));
}

function drops(stage: Doc): boolean {
  return stage.has('$unset') || stage.has('$project') || text(stage).includes('$$REMOVE');
}

function withSortedFields(outcome: Outcome): Outcome {
  if ('code' in outcome) return outcome;
  return { documents: outcome.documents.map((document) => sortFields(document) as Doc) };
}

function sortFields(value: Value): Value {
  if (Array.isArray(value)) return value.map(sortFields);
  if (!(value instanceof Map)) return value;
  const fields = [...value].sort(([left], [right]) => (left < right ? -1 : 1));
  return new Map(fields.map(([name, field]) => [name, sortFields(field)]));
}

function firstDifference(outcome: Outcome, other: Outcome): string {
  if ('code' in outcome || 'code' in other) return describeOutcome(outcome).slice(0, 500);
  const index = outcome.documents.findIndex(
    (document, at) => other.documents[at] === undefined || text(document) !== text(other.documents[at]),
  );
  const document = outcome.documents[index];
  return `${outcome.documents.length} documents; ${index}: ${document === undefined ? 'none' : text(document)}`;
}
