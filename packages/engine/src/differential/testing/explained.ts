import { compareValues, isNumber, type Doc, type Value } from '@argon/bson';
import { isExplained } from '../../aggregate/testing/explained';
import type { Outcome } from '../../aggregate/testing/outcome';
import { documentsOf, linesOf, text, type Answer } from './answer';
import type { Differing } from './compare';
import { NATURAL } from './commands';
import type { Block } from './kind';

/** A question to mongod, while what the case ran on is still there. */
export type AskMongod = (command: Doc) => Promise<Answer>;

/** A difference that is on purpose. */
interface Explanation {
  /** docs/compatibility.md says the same. */
  readonly reason: string;
  applies(differing: Differing, block: Block, ask: AskMongod): boolean | Promise<boolean>;
}

/** Every difference that is on purpose. What is not listed here is a bug. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    reason: 'patterns that nothing in JavaScript stands for are refused by name',
    applies: ({ argon }) => codeOf(argon) === 51091 && messageOf(argon).endsWith(' is not supported'),
  },
  {
    reason:
      'expressions whose results are wrong in mongod, by a list of its own (aggregate/testing/explained.ts)',
    applies: ({ command, mongod, argon }) =>
      command.has('aggregate') &&
      isExplained(command.get('pipeline')!, new Map(), outcomeOf(mongod), outcomeOf(argon)),
  },
  {
    reason: 'of two errors in different stages, another may come first: stages work batch by batch',
    applies: ({ command, mongod, argon }) =>
      mongod.kind === 'error' &&
      argon.kind === 'error' &&
      mongod.message.startsWith('PlanExecutor') &&
      stagesOf(command).length > 1,
  },
  {
    reason:
      'a field that one stage drops and a later stage sets is appended, and does not come back in its old place',
    applies: ({ command, mongod, argon }) =>
      stagesOf(command).some(drops) && sameButOrderOfFields(mongod, argon),
  },
  {
    reason: 'of several mistakes in definitions of indexes, another may be told',
    applies: ({ command, mongod, argon }) =>
      command.has('createIndexes') && mongod.kind === 'error' && argon.kind === 'error',
  },
  {
    reason: 'indexes of version 1 hold decimals',
    applies: ({ command, mongod }) => command.has('createIndexes') && codeOf(mongod) === 12,
  },
  {
    reason: 'unique indexes of the kinds 2d, 2dsphere and text are not supported',
    applies: ({ command, argon }) => command.has('createIndexes') && codeOf(argon) === 115,
  },
  {
    reason: 'mongod loses the beginning of the path of a positional projection in a nested one',
    applies: ({ command, mongod }) =>
      command.has('find') &&
      [51246, 51247].includes(codeOf(mongod) ?? 0) &&
      [...((command.get('projection') as Doc | undefined)?.values() ?? [])].some(
        (nested) => nested instanceof Map && text(nested).includes('.$"'),
      ),
  },
  {
    reason:
      'the last digits, and the type, of deviations, covariances, integrals and moving averages of windows',
    applies: ({ command, mongod, argon }) =>
      /setWindowFields.*"\$(?:covariance(?:Pop|Samp)|stdDev(?:Pop|Samp)|integral|expMovingAvg)"/.test(
        text(command),
      ) && almostSame(mongod, argon),
  },
  {
    reason: 'of several mistakes in one projection, another may be told',
    applies: ({ mongod, argon }) =>
      [mongod, argon].every((answer) => messageOf(answer).startsWith('Invalid $project ::')),
  },
  {
    reason: 'symbols (deprecated) under a collation compare as strings do, and mongod refuses to index them',
    applies: ({ command, mongod }) => command.has('createIndexes') && codeOf(mongod) === 201,
  },
  {
    reason: 'of two mistakes in one expression, another may be told: mongod looks at constants first',
    applies: ({ mongod, argon }) =>
      argon.kind === 'error' && messageOf(mongod).startsWith('Failed to optimize pipeline'),
  },
  {
    reason: 'of two indexes that refuse a document, another may be told',
    applies: ({ mongod, argon }) => refusedAt(mongod) !== undefined && refusedAt(mongod) === refusedAt(argon),
  },
  {
    reason: 'mongod makes no bounds of some negations (4457011)',
    applies: ({ mongod }) => codeOf(mongod) === 4457011,
  },
  {
    reason: 'of two errors of a query through an index, another may come first: it depends on the plan',
    applies: ({ command, mongod, argon }) =>
      command.has('find') && command.has('hint') && mongod.kind === 'error' && argon.kind === 'error',
  },
  {
    reason: 'what a hinted index does not serve: which conditions a wildcard index serves differs',
    applies: async (differing, _block, ask) => {
      if (![differing.mongod, differing.argon].some((answer) => codeOf(answer) === 291)) return false;
      return isWhatAScanFinds(differing, ask);
    },
  },
  {
    reason: "mongod's indexes lose documents ({$gte: null} and sparse indexes, {'a.0': null})",
    applies: async ({ command, given, mongod, argon }, block, ask) => {
      if (!command.has('find') || !block.setup.some((each) => each.has('createIndexes'))) return false;
      const hint = command.get('hint');
      const definition = block.setup.map(indexIn).find((index) => index?.get('name') === hint);
      const isWhole =
        definition === undefined || definition.size === 2 || definition.has('wildcardProjection');
      const scanned = await ask(new Map([...command, ['hint', NATURAL]]));
      if (isWhole) return same(scanned, argon, given.isUnordered);
      // A sparse or partial index has fewer documents anyway.
      return (
        text(command.get('filter')!).includes('.0"') && isWithin(mongod, argon) && isWithin(argon, scanned)
      );
    },
  },
];

/** The reason of a difference that is on purpose; undefined: it is a bug. */
export async function explanationOf(
  differing: Differing,
  block: Block,
  ask: AskMongod,
): Promise<string | undefined> {
  for (const { reason, applies } of EXPLANATIONS) if (await applies(differing, block, ask)) return reason;
  return undefined;
}

function codeOf(answer: Answer): number | undefined {
  return answer.kind === 'error' ? answer.code : undefined;
}

function messageOf(answer: Answer): string {
  return answer.kind === 'error' ? answer.message : '';
}

function outcomeOf(answer: Answer): Outcome {
  if (answer.kind === 'error') return { code: answer.code, message: answer.message };
  return { documents: documentsOf(answer) };
}

function stagesOf(command: Doc): Doc[] {
  return (command.get('pipeline') as Doc[] | undefined) ?? [];
}

function indexIn(command: Doc): Doc | undefined {
  return (command.get('indexes') as Doc[] | undefined)?.[0];
}

/** Whether a field may be gone after the stage: also because what an expression gives is missing. */
function drops(stage: Doc): boolean {
  return (
    ['$unset', '$project', '$addFields', '$set', '$fill', '$setWindowFields'].some((name) =>
      stage.has(name),
    ) || isNested(stage)
  );
}

function isNested(stage: Doc): boolean {
  return stage.has('$facet') || stage.has('$unionWith') || stage.has('$lookup');
}

async function isWhatAScanFinds(
  { command, given, mongod, argon }: Differing,
  ask: AskMongod,
): Promise<boolean> {
  const scanned = await ask(new Map([...command, ['hint', NATURAL]]));
  return [mongod, argon].some((answer) => same(scanned, answer, given.isUnordered));
}

function same(left: Answer, right: Answer, isUnordered = false): boolean {
  return linesOf(left, isUnordered).join('\n') === linesOf(right, isUnordered).join('\n');
}

/** Which statement of a write was refused. */
function refusedAt(answer: Answer): number | undefined {
  const errors = answer.kind === 'reply' ? (answer.reply.get('writeErrors') as Doc[] | undefined) : undefined;
  return errors?.length === 1 ? Number(errors[0]!.get('index')) : undefined;
}

/** The same documents, but for types and last digits of what was computed. */
function almostSame(left: Answer, right: Answer): boolean {
  const [theirs, ours] = [documentsOf(left), documentsOf(right)];
  return (
    theirs.length > 0 &&
    theirs.length === ours.length &&
    theirs.every((document, at) => almostEqual(document.get('w'), ours[at]!.get('w')))
  );
}

function almostEqual(theirs: Value | undefined, ours: Value | undefined): boolean {
  if (compareValues(theirs, ours) === 0) return true;
  if (!isNumber(theirs) || !isNumber(ours)) return false;
  const [a, b] = [Number(theirs.toString()), Number(ours.toString())];
  // What a sliding window leaves behind may be all that there is: of a deviation the root of a last digit.
  return Math.abs(a - b) <= 1e-7 * Math.max(1, Math.abs(a), Math.abs(b));
}

function isWithin(fewer: Answer, more: Answer): boolean {
  const lines = new Set(linesOf(more));
  return linesOf(fewer).every((line) => lines.has(line));
}

function sameButOrderOfFields(left: Answer, right: Answer): boolean {
  const [theirs, ours] = [left, right].map((answer) =>
    documentsOf(answer)
      .map((document) => sortFields(document))
      .sort(compareValues),
  ) as [Value[], Value[]];
  return theirs.length > 0 && text(theirs) === text(ours);
}

function sortFields(value: Value): Value {
  if (Array.isArray(value)) return value.map(sortFields);
  if (!(value instanceof Map)) return value;
  const fields = [...value].sort(([left], [right]) => (left < right ? -1 : 1));
  return new Map(fields.map(([name, field]) => [name, sortFields(field)]));
}
