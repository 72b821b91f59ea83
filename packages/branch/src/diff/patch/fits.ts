import { isIdentical, type Doc, type Value } from '@argon/bson';
import { pathText } from '../../document/changes';
import type { PatchChange } from './contract';
import { valueAt } from './value-at';

/** Why changes do not fit a document, in words; undefined if they do: what they change is there as they say. */
export function misfit(document: Doc, changes: readonly PatchChange[]): string | undefined {
  const wrong = changes.find((change) => !fits(document, change));
  if (wrong === undefined) return undefined;
  return wrong.path.length === 0
    ? 'the document is another than the patch says'
    : `the field '${pathText(wrong.path)}' is not what the patch says`;
}

function fits(document: Doc, change: PatchChange): boolean {
  const value = valueAt(document, change.path);
  if ('at' in change) {
    const { at, length, removed } = change;
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) return false;
    const there: Value[] = value.slice(at, at + removed.length);
    return at <= value.length && isIdentical(there, [...removed]);
  }
  return isIdentical(value, change.before) && hasHolder(document, change);
}

/** A new field needs a document to be in; an element that is not there cannot change. */
function hasHolder(document: Doc, { path }: PatchChange): boolean {
  if (path.length === 0) return true;
  const holder = valueAt(document, path.slice(0, -1));
  const step = path.at(-1)!;
  return typeof step === 'number' ? Array.isArray(holder) && step < holder.length : holder instanceof Map;
}
