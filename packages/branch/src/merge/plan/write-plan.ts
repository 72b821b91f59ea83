import { decodeDocument, type Value } from '@argon/bson';
import { documentChanges, pathText, type DocumentChange } from '../../document/changes';
import { noSteps } from '../../steps/apply';
import type { CatalogConflictStep, CatalogStep, DocumentStep, Step } from '../../steps/contract';
import type { PlanHeader } from './contract';
import { documentText, planLine, valueText, type TextField } from './plan-text';

/** For whoever opens the file. */
const HELP =
  'In lines of conflicts, set decision to "ours", "theirs" or, for a document, the whole document. Change nothing else.';

/**
 * A plan as text: what is merged, a line for every step and every conflict, and at the end their numbers. Memory for a batch.
 */
export async function* planLines(
  header: PlanHeader,
  steps: AsyncIterable<readonly Step[]>,
): AsyncGenerator<string> {
  const counts = { ...noSteps(), conflicts: 0, open: 0 };
  let lines = 1;
  yield headerLine(header);
  for await (const batch of steps) {
    for (const step of batch) {
      count(step, counts);
      lines += 1;
      yield planLine(stepFields(step));
    }
  }
  const numbers = Object.entries({ lines: lines + 1, ...counts });
  yield planLine([['op', '"end"'], ...numbers.map(([name, value]): TextField => [name, String(value)])]);
}

function headerLine({ project, from, into, base }: PlanHeader): string {
  const point = (fields: object) => JSON.stringify(fields);
  return planLine([
    ['op', '"merge-plan"'],
    ['version', '1'],
    ['project', JSON.stringify(project)],
    ['from', point({ branch: from.branch, lsn: from.lsn, fixed: from.isFixed })],
    ['into', point({ branch: into.branch, lsn: into.lsn })],
    ['base', point({ branch: base.branch, lsn: base.lsn })],
    ['help', JSON.stringify(HELP)],
  ]);
}

function count(step: Step, counts: ReturnType<typeof noSteps> & { conflicts: number; open: number }): void {
  if (step.kind === 'catalog') counts.catalog += 1;
  else if (step.conflict !== undefined) {
    counts.conflicts += 1;
    if (step.conflict.decision === undefined) counts.open += 1;
  } else if (step.kind === 'document') {
    counts[step.before === undefined ? 'inserted' : step.after === undefined ? 'deleted' : 'updated'] += 1;
  }
}

function stepFields(step: Step): readonly TextField[] {
  switch (step.kind) {
    case 'catalog':
      return catalogFields(step);
    case 'catalog-conflict':
      return catalogConflictFields(step);
    case 'document':
      return step.conflict === undefined ? documentFields(step) : documentConflictFields(step);
  }
}

function catalogFields({ operation, collection, argument }: CatalogStep): readonly TextField[] {
  return [...named(operation, collection), ...(argument.size === 0 ? [] : [field('argument', argument)])];
}

function catalogConflictFields({ collection, conflict }: CatalogConflictStep): readonly TextField[] {
  const { what, index, decision, base, ours, theirs } = conflict;
  return [
    ...named('conflict', collection),
    field('what', what),
    ...present('index', index),
    field('decision', decision ?? null),
    ...present('base', base),
    ...present('ours', ours),
    ...present('theirs', theirs),
  ];
}

function documentFields({ collection, id, before, after }: DocumentStep): readonly TextField[] {
  const op = before === undefined ? 'insert' : after === undefined ? 'delete' : 'update';
  const fields = [...named(op, collection), field('_id', id)];
  if (before === undefined || after === undefined) {
    return [...fields, ['document', documentText((before?.bytes ?? after)!)]];
  }
  const changes = documentChanges(decodeDocument(before.bytes), decodeDocument(after));
  return [...fields, ['changes', list(changes.map(changeFields))]];
}

function changeFields(change: DocumentChange): readonly TextField[] {
  const path = field('path', pathText(change.path));
  if ('at' in change) {
    const { at, removed, inserted } = change;
    return [path, ['at', String(at)], field('removed', [...removed]), field('inserted', [...inserted])];
  }
  return [path, ...present('before', change.before), ...present('after', change.after)];
}

function documentConflictFields(step: DocumentStep): readonly TextField[] {
  const { collection, id, conflict, after } = step;
  const { base, ours, theirs, fields, decision } = conflict!;
  const own = decision === 'document' && after !== undefined ? documentText(after) : undefined;
  const clashes = fields.map(({ path, base, ours, theirs }) => [
    field('path', pathText(path)),
    ...present('base', base),
    ...present('ours', ours),
    ...present('theirs', theirs),
  ]);
  const side = (name: string, bytes: Uint8Array | undefined): readonly TextField[] =>
    bytes === undefined ? [] : [[name, documentText(bytes)]];
  return [
    ...named('conflict', collection),
    field('_id', id),
    ['decision', own ?? valueText(decision ?? null)],
    ['fields', list(clashes)],
    ...side('base', base),
    ...side('ours', ours),
    ...side('theirs', theirs),
  ];
}

function named(op: string, collection: string): readonly TextField[] {
  return [field('op', op), field('collection', collection)];
}

function present(name: string, value: Value | undefined): readonly TextField[] {
  return value === undefined ? [] : [field(name, value)];
}

function field(name: string, value: Value): TextField {
  return [name, valueText(value)];
}

function list(items: readonly (readonly TextField[])[]): string {
  const texts = items.map((fields) =>
    fields.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(','),
  );
  return `[${texts.map((text) => `{${text}}`).join(',')}]`;
}
