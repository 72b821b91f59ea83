import { valuesEqual, type Doc, type Value } from '@argon/bson';

/** What MongoDB fills in where a collation does not say. */
const DEFAULTS: Doc = new Map<string, Value>([
  ['caseLevel', false],
  ['caseFirst', 'off'],
  ['strength', 3],
  ['numericOrdering', false],
  ['alternate', 'non-ignorable'],
  ['maxVariable', 'punct'],
  ['normalization', false],
  ['backwards', false],
]);

/** Whether two collations order alike, whatever version of the tables each server has. No collation is the simple one. */
export function isSameCollation(a: Value | undefined, b: Value | undefined): boolean {
  return valuesEqual(whole(a), whole(b));
}

function whole(given: Value | undefined): Doc {
  const simple: Doc = new Map([['locale', 'simple']]);
  if (!(given instanceof Map) || given.get('locale') === 'simple') return simple;
  const complete: Doc = new Map([['locale', given.get('locale') ?? 'simple']]);
  for (const [field, value] of DEFAULTS) complete.set(field, given.get(field) ?? value);
  return complete;
}
