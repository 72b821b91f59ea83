import type { Doc } from '@argon/bson';
import { comparisonFor } from '../../aggregate/testing/outcome';
import { linesOf, sameBytes, withoutClock, type Answer } from './answer';
import type { Case } from './kind';

/** What the two sides answered to a case's commands, where they differ. */
export interface Differing {
  readonly given: Case;
  /** Which of its commands. */
  readonly command: Doc;
  readonly mongod: Answer;
  readonly argon: Answer;
}

/** The first command of a case to which the answers differ. */
export function firstDiffering(
  given: Case,
  mongod: readonly Answer[],
  argon: readonly Answer[],
): Differing | undefined {
  for (const [at, command] of given.commands.entries()) {
    const [theirs, ours] = [mongod[at]!, argon[at]!];
    if (!sameAnswer(given, command, theirs, ours)) return { given, command, mongod: theirs, argon: ours };
  }
  return undefined;
}

function sameAnswer(given: Case, command: Doc, mongod: Answer, argon: Answer): boolean {
  if (sameBytes(mongod, argon)) return true;
  if (mongod.kind !== argon.kind) return false;
  const [theirs, ours] = [mongod, argon].map((answer) =>
    linesOf(answer, given.isUnordered).map(withoutClock),
  ) as [string[], string[]];
  if (theirs.length !== ours.length) return false;
  if (theirs.every((line, at) => line === ours[at])) return true;
  // The last digits of some functions come from mathematical libraries.
  const same = comparisonFor(command);
  return theirs.every((line, at) => same(line, ours[at]!));
}
