import type { CherryPickReport } from '@argon/branch';
import { conflictJson, conflictLines } from './merge';
import { stepCountsText } from './step-counts';

/** What a cherry-pick would do or did, for people. */
export function pickLines(report: CherryPickReport): readonly string[] {
  const { from, into, counts, head } = report;
  const what = stepCountsText(counts) ?? 'nothing to change';
  return [
    `${head === undefined ? 'Picking' : 'Picked'} from ${from} into ${into}: ${what}`,
    ...conflictLines(report),
    ...(head === undefined
      ? []
      : [`Current LSN: ${head}`, `To undo: argon undo --branch ${into} --commit ${head}`]),
  ];
}

/** The same for programs. */
export function pickJson({ examples, head, ...report }: CherryPickReport): object {
  return { ...report, head: head ?? null, examples: examples.map(conflictJson) };
}
