import type { Doc, Value } from '@argon/bson';
import type { CommandDocument } from '@argon/engine';

/** A read that two sides are asked alike, in a way that has one right answer. */
export interface Question {
  /** For mongod, which is asked of a moment. */
  readonly site: Doc;
  /** For the log: the same, or the command that a moment of mongod cannot be asked by. */
  readonly log: Doc;
  /** What an answer holds. */
  readonly answer: 'documents' | 'values' | 'number';
  /** The documents have an order; else any will do. */
  readonly isOrdered: boolean;
  /** Arrays in them have none. */
  readonly hasSets: boolean;
}

/** More than this is not compared. */
export const MAX_DOCUMENTS = 1000;

/** What a read means, of all that a command may say: the rest is about sessions, moments, time and batches. */
const MEANING: Readonly<Record<string, readonly string[]>> = {
  find: ['filter', 'sort', 'projection', 'skip', 'limit', 'hint', 'collation', 'let', 'min', 'max'],
  aggregate: ['pipeline', 'hint', 'collation', 'let'],
  count: ['query', 'skip', 'limit', 'hint', 'collation'],
  distinct: ['key', 'query', 'collation'],
};
/** What is another answer each time, or of the server and not of the data. */
const PASSING =
  /^(\$sample|\$rand|\$sampleRate|\$function|\$accumulator|\$where|\$changeStream|\$collStats|\$indexStats|\$planCacheStats|\$currentOp|\$listSessions|\$listLocalSessions|\$natural|\$meta|\$text)$/;
const CLOCK = /^\$\$(NOW|CLUSTER_TIME)\b/;
/** Stages that leave documents in the order they have. */
const IN_ORDER: ReadonlySet<string> = new Set([
  ...['$match', '$addFields', '$set', '$project', '$unset', '$limit', '$skip', '$lookup', '$graphLookup'],
  ...['$redact', '$unwind', '$replaceRoot', '$replaceWith', '$count'],
]);
/** Stages after which an `_id` still stands for one document, and one only. */
const KEEP_IDS: ReadonlySet<string> = new Set([
  ...['$match', '$addFields', '$set', '$limit', '$skip', '$lookup', '$graphLookup', '$redact', '$sort'],
  ...['$group', '$bucket', '$sortByCount'],
]);
/** What makes arrays whose items stand in no particular order. */
const SETS = /^\$(lookup|graphLookup|addToSet|facet|setUnion|setIntersection|setDifference)$/;
/** What depends on which document comes first, or is cut off as they come. */
const FIRST_COME = /^\$(limit|skip|first|last|firstN|lastN|push|mergeObjects|topN|bottomN|top|bottom)$/;

/** Whether a command reads documents: what else is asked of a branch is not what shadow reads are about. */
export function readsDocuments({ name }: CommandDocument): boolean {
  return Object.hasOwn(MEANING, name);
}

/** What to ask both sides instead of a command; undefined: it has no answer that could be compared. */
export function questionOf(command: CommandDocument): Question | undefined {
  const fields = MEANING[command.name];
  const isPart =
    command.get('autocommit') === false || command.has('tailable') || command.get('explain') === true;
  const collection = command.get(command.name);
  if (fields === undefined || isPart || typeof collection !== 'string') return undefined;
  const asked: Doc = new Map([[command.name, collection]]);
  for (const field of fields) {
    const value = command.get(field);
    if (value === undefined) continue;
    if (isPassing(value)) return undefined;
    asked.set(field, value);
  }
  switch (command.name) {
    case 'find':
      return findQuestion(asked);
    case 'count':
      return countQuestion(asked);
    case 'distinct':
      return { site: asked, log: asked, answer: 'values', isOrdered: false, hasSets: false };
    default:
      return aggregateQuestion(asked);
  }
}

/** Documents that compare equal are given in any order; by `_id`, there is one. */
function findQuestion(asked: Doc): Question {
  const sort = docOf(asked.get('sort'));
  const limit = Math.abs(Number(asked.get('limit') ?? 0));
  const whole: Doc = new Map([
    ...asked,
    ['sort', byIdAtLast(sort)],
    ['limit', limit === 0 ? MAX_DOCUMENTS + 1 : limit],
    ['batchSize', MAX_DOCUMENTS + 1],
  ]);
  return { site: whole, log: whole, answer: 'documents', isOrdered: true, hasSets: false };
}

/** mongod does not count at a moment. */
function countQuestion(asked: Doc): Question {
  const stage = (name: string, value: Value | undefined): Doc[] =>
    value === undefined || Number(value) === 0 ? [] : [new Map([[name, value]])];
  const limit = asked.get('limit');
  const pipeline: Doc[] = [
    new Map([['$match', asked.get('query') ?? new Map()]]),
    ...stage('$skip', asked.get('skip')),
    ...stage('$limit', limit === undefined ? undefined : Math.abs(Number(limit))),
    new Map([['$count', 'n']]),
  ];
  const site: Doc = new Map<string, Value>([
    ['aggregate', asked.get('count')!],
    ['pipeline', pipeline],
    ['cursor', new Map()],
  ]);
  for (const field of ['hint', 'collation']) if (asked.has(field)) site.set(field, asked.get(field)!);
  return { site, log: asked, answer: 'number', isOrdered: false, hasSets: false };
}

/** Its documents come by `_id`, so what is cut off, or taken first, is the same everywhere. */
function aggregateQuestion(asked: Doc): Question | undefined {
  let isOrdered = true;
  let isById = true;
  const pipeline: Doc[] = [new Map([['$sort', new Map([['_id', 1]])]])];
  for (const stage of asked.get('pipeline') as readonly Doc[]) {
    const [[name, value]] = [...stage] as [[string, Value]];
    if (name === '$out' || name === '$merge' || name === '$geoNear') return undefined;
    const isInner =
      name === '$lookup' || name === '$graphLookup' || name === '$unionWith' || name === '$facet';
    if ((isInner || !isOrdered) && holds(stage, (key) => FIRST_COME.test(key))) return undefined;
    if (name === '$sort') isOrdered = isById;
    else if (!IN_ORDER.has(name)) isOrdered = false;
    isById &&= KEEP_IDS.has(name);
    pipeline.push(name === '$sort' ? new Map([['$sort', byIdAtLast(docOf(value))]]) : stage);
  }
  const whole: Doc = new Map<string, Value>([
    ...asked,
    ['pipeline', pipeline],
    ['cursor', new Map([['batchSize', MAX_DOCUMENTS + 1]])],
  ]);
  const hasSets = holds(pipeline, (key) => SETS.test(key));
  return { site: whole, log: whole, answer: 'documents', isOrdered: false, hasSets };
}

function byIdAtLast(sort: Doc | undefined): Doc {
  return new Map<string, Value>([
    ...(sort ?? []),
    ...(sort?.has('_id') === true ? [] : [['_id', 1] as const]),
  ]);
}

function isPassing(value: Value): boolean {
  return holds(
    value,
    (key) => PASSING.test(key),
    (text) => CLOCK.test(text),
  );
}

/** Whether a value holds, at any depth, a field or a text of some kind. */
function holds(
  value: Value,
  isKey: (key: string) => boolean,
  isText: (text: string) => boolean = () => false,
): boolean {
  if (typeof value === 'string') return isText(value);
  if (Array.isArray(value)) return value.some((each: Value) => holds(each, isKey, isText));
  const document = docOf(value);
  if (document === undefined) return false;
  return [...document].some(([key, each]) => isKey(key) || holds(each, isKey, isText));
}

function docOf(value: Value | undefined): Doc | undefined {
  return value instanceof Map ? value : undefined;
}
