import { pathText, type UndoConflict, type UndoReport } from '@argon/branch';
import type { Value } from '@argon/bson';
import { cut } from './cut';
import { documentText, valueText } from './document';
import { counted } from './numbers';
import type { Output } from './output';
import { stepCountsText } from './step-counts';

/** How many conflicts a person is shown. */
const SHOWN = 10;

/** What an undo would do, for a person. */
export function undoLines(report: UndoReport, output: Output): readonly string[] {
  const { branch, by, counts, conflicts, open, examples, left, leftExamples } = report;
  const text = stepCountsText(counts) ?? 'nothing to take back';
  const lines = [`Undo on branch ${branch}, by a ${by}: ${text}`];
  if (conflicts > 0) {
    const undecided = open === 0 ? '' : `, ${open === conflicts ? 'none' : conflicts - open} of them decided`;
    lines.push(`${counted(conflicts, 'conflict')} with later work${undecided}:`);
    for (const example of examples.slice(0, SHOWN)) lines.push(...conflictLines(example, output));
    if (conflicts > SHOWN) lines.push(`  … and ${conflicts - SHOWN} more`);
  }
  if (left > 0) {
    const which = leftExamples.map(
      ({ lsn, operation, collection }) => `${operation} ${collection} (LSN ${lsn})`,
    );
    lines.push(
      `Not taken back: ${counted(left, 'change of collections', 'changes of collections')}: ` +
        `${cut(which.join(', '), 200)}. argon undo --commit LSN does that.`,
    );
  }
  return lines;
}

function conflictLines(conflict: UndoConflict, { colours }: Output): readonly string[] {
  const { collection } = conflict;
  if (conflict.kind === 'catalog-conflict') {
    const { what, index } = conflict.conflict;
    return [`  ${collection}: ${what}${index === undefined ? '' : ` ${index}`}`];
  }
  const { fields, ours, theirs } = conflict.conflict!;
  const title = `  ${collection} ${valueText(conflict.id, 'relaxed')}`;
  const side = (now: string, then: string) =>
    `${colours.green(`now ${now}`)}, ${colours.red(`before the change ${then}`)}`;
  if (fields.length === 0) return [`${title}: ${side(documentOr(ours), documentOr(theirs))}`];
  return fields.map(
    (field) => `${title}, ${pathText(field.path)}: ${side(valueOr(field.ours), valueOr(field.theirs))}`,
  );
}

function documentOr(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? 'absent' : cut(documentText(bytes, 'relaxed'), 60);
}

function valueOr(value: Value | undefined): string {
  return value === undefined ? 'absent' : cut(valueText(value, 'relaxed'), 40);
}

/** As `--json` gives it. Documents and values are Extended JSON text. */
export function undoJson({ examples, head, restorePoint, ...report }: UndoReport): object {
  return {
    ...report,
    head: head ?? null,
    restorePoint: restorePoint ?? null,
    examples: examples.map((example) => {
      if (example.kind === 'catalog-conflict') {
        const { what, index, decision } = example.conflict;
        return { collection: example.collection, what, index: index ?? null, decision: decision ?? null };
      }
      const { base, ours, theirs, fields, decision } = example.conflict!;
      const [made, now, before] = [base, ours, theirs].map((bytes) => bytes && documentText(bytes, 'exact'));
      return {
        collection: example.collection,
        id: valueText(example.id, 'exact'),
        fields: fields.map(({ path }) => pathText(path)),
        ...{ base: made ?? null, ours: now ?? null, theirs: before ?? null },
        decision: decision ?? null,
      };
    }),
  };
}
