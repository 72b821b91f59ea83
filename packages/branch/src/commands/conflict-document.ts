import { decodeDocument, type Doc, type Value } from '@argon/bson';
import { pathText } from '../document/changes';
import type { MergeConflict } from '../merge/contract';
import { replyDocument } from './reply-value';

/** A conflict as a reply tells of it; `base`, `ours` and `theirs` of each field that clashes. */
export function fieldConflictDocument(step: MergeConflict): Doc {
  if (step.kind === 'catalog-conflict') return catalogConflict(step);
  const { fields, decision } = step.conflict!;
  const clashes = fields.map(({ path, base, ours, theirs }) => {
    const field: Doc = new Map<string, Value>([['path', pathText(path)]]);
    return field
      .set('base', base ?? null)
      .set('ours', ours ?? null)
      .set('theirs', theirs ?? null);
  });
  return new Map<string, Value>([
    ['collection', step.collection],
    ['id', step.id],
    ['decision', decision ?? null],
    ['fields', clashes],
  ]);
}

/** The same with the names of the fields, and the three documents as a whole. */
export function documentConflictDocument(step: MergeConflict): Doc {
  if (step.kind === 'catalog-conflict') return catalogConflict(step);
  const { base, ours, theirs, fields, decision } = step.conflict!;
  const [was, mine, other] = [base, ours, theirs].map((bytes) =>
    bytes === undefined ? null : decodeDocument(bytes),
  );
  return new Map<string, Value>([
    ['collection', step.collection],
    ['id', step.id],
    ['fields', fields.map(({ path }) => pathText(path))],
    ['base', was!],
    ['ours', mine!],
    ['theirs', other!],
    ['decision', decision ?? null],
  ]);
}

function catalogConflict({
  collection,
  conflict: { what, index, decision },
}: Extract<MergeConflict, { readonly kind: 'catalog-conflict' }>): Doc {
  return replyDocument({ collection, what, index, decision });
}
