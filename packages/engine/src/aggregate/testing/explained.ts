import type { Doc, Value } from '@argon/bson';
import { describeOutcome, text, type Outcome } from './outcome';

type Explanation = (expression: string, mongod: Outcome, argon: Outcome) => boolean;

/** Differences that are known and meant to be, each with its reason. */
const EXPLANATIONS: readonly Explanation[] = [
  // mongod's $log of decimals divides the natural logarithm by the base itself, unless that is 2 or 10.
  (expression, mongod, argon) =>
    expression.includes('"$log"') &&
    describes(mongod, '"$numberDecimal"') &&
    describes(argon, '"$numberDecimal"'),
  // mongod moves dates before 1970 that are no whole seconds by a second too much.
  (expression, mongod, argon) =>
    /"\$date(?:Add|Subtract|Trunc)"/.test(expression) && shiftedByASecond(mongod, argon),
  // mongod puts replacements between the bytes of a character, which gives invalid UTF-8.
  (expression, mongod) => expression.includes('"$replaceAll"') && describes(mongod, '\ufffd'),
  // mongod rounds int32 past its least value without widening it.
  (expression, mongod, argon) =>
    expression.includes('"$round"') &&
    describes(argon, '"$numberLong":"-2') &&
    describes(mongod, '"$numberInt"'),
  // mongod does not keep the order of elements that sort alike.
  (expression, mongod, argon) =>
    expression.includes('"$sortArray"') && lettersOf(mongod) === lettersOf(argon),
];

/** Whether a difference is one of those that are known and meant to be. */
export function isExplained(expression: Value, _document: Doc, mongod: Outcome, argon: Outcome): boolean {
  const written = text(expression);
  return EXPLANATIONS.some((explains) => explains(written, mongod, argon));
}

function describes(outcome: Outcome, part: string): boolean {
  return 'documents' in outcome && outcome.documents.some((document) => text(document).includes(part));
}

const NUMBER = /"\$number(?:Long|Double)":"(-?[\d.]+)"/g;

function shiftedByASecond(mongod: Outcome, argon: Outcome): boolean {
  if (!('documents' in mongod && 'documents' in argon)) return false;
  const [theirs, ours] = [mongod, argon].map(({ documents }) =>
    documents.flatMap((document) => [...text(document).matchAll(NUMBER)].map((match) => Number(match[1]))),
  ) as [number[], number[]];
  return ours.length > 0 && ours.every((date, index) => [0, 1000].includes(date - (theirs[index] ?? NaN)));
}

/** What an outcome is written with, in no order. */
function lettersOf(outcome: Outcome): string {
  return [...describeOutcome(outcome)].sort().join('');
}
