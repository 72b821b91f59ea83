import { encodeDocument, type Value } from '@argon/bson';
import { pathText, type CatalogConflictStep, type MergeConflict, type MergeReport } from '@argon/branch';
import { documentText, valueText } from './document';
import { counted } from './numbers';
import { stepCountsText } from './step-counts';

/** What a merge would do or did, for people. */
export function mergeLines(report: MergeReport): readonly string[] {
  const { from, into, theirs, base, counts, head, upToDate } = report;
  if (upToDate) return [`Already merged: '${into}' has all of '${from}' (LSN ${theirs.lsn}).`];
  const what = stepCountsText(counts) ?? 'nothing to change';
  return [
    head === undefined
      ? `Merging ${from} (LSN ${theirs.lsn}) into ${into}, from what they had in common at LSN ${base.lsn}: ${what}.`
      : `Merged ${from} (LSN ${theirs.lsn}) into ${into}: ${what}.`,
    ...conflictLines(report),
    ...(head === undefined
      ? []
      : [`Current LSN: ${head}`, `To undo: argon undo --branch ${into} --commit ${head}`]),
  ];
}

/** The first conflicts, and how many there are. */
export function conflictLines({
  conflicts,
  open,
  examples,
}: Pick<MergeReport, 'conflicts' | 'open' | 'examples'>): readonly string[] {
  if (conflicts === 0) return [];
  const more = conflicts - examples.length;
  return [
    `${counted(conflicts, 'conflict')}${open > 0 ? `, ${open} not decided` : ', all decided'}:`,
    ...examples.flatMap(oneConflict),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

function oneConflict(step: MergeConflict): readonly string[] {
  if (step.kind === 'catalog-conflict') {
    const { what, index, decision } = step.conflict;
    const of = index === undefined ? what : `${what} ${index}`;
    return [`  ${step.collection}: ${of}${decided(decision)}`];
  }
  const { conflict, collection, id } = step;
  const { fields, ours, theirs, decision } = conflict!;
  const lines = [`  ${collection} ${valueText(id, 'relaxed')}${decided(decision)}`];
  for (const field of fields) {
    lines.push(
      `    ${pathText(field.path)}: base ${shown(field.base)}, ours ${shown(field.ours)}, theirs ${shown(field.theirs)}`,
    );
  }
  if (fields.length === 0) {
    lines.push(
      `    ours ${ours === undefined ? 'deleted it' : 'changed it'}, theirs ${theirs === undefined ? 'deleted it' : 'changed it'}`,
    );
  }
  return lines;
}

function decided(decision: string | undefined): string {
  return decision === undefined ? '' : ` (${decision})`;
}

function shown(value: Value | undefined): string {
  return value === undefined ? 'none' : valueText(value, 'relaxed');
}

/** The same for programs. */
export function mergeJson(report: MergeReport): Readonly<Record<string, unknown>> {
  const { examples, ...rest } = report;
  return {
    merge: {
      ...rest,
      head: report.head ?? null,
      examples: examples.map(conflictJson),
    },
    done: report.head !== undefined,
  };
}

/** A conflict, for programs. Values are Extended JSON. */
export function conflictJson(step: MergeConflict): object {
  if (step.kind === 'catalog-conflict') return catalogJson(step);
  const { decision, fields } = step.conflict!;
  return {
    collection: step.collection,
    id: json(step.id),
    decision: decision ?? null,
    fields: fields.map(({ path, base, ours, theirs }) => ({
      path: pathText(path),
      base: json(base),
      ours: json(ours),
      theirs: json(theirs),
    })),
  };
}

function catalogJson({ collection, conflict }: CatalogConflictStep): object {
  const { what, index, decision, base, ours, theirs } = conflict;
  return {
    collection,
    what,
    ...(index === undefined ? {} : { index }),
    ...{ base: json(base), ours: json(ours), theirs: json(theirs) },
    decision: decision ?? null,
  };
}

/** A value as Extended JSON, in plain JSON; null stands for none too. */
function json(value: Value | undefined): unknown {
  if (value === undefined) return null;
  const text = documentText(encodeDocument(new Map([['value', value]])), 'exact');
  return (JSON.parse(text) as { value: unknown }).value;
}
