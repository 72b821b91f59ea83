import { ArgonError, encodeKey, indexValues, keyForms, type Value } from '@argon/bson';
import type { IndexDefinition } from '../../state/contract';
import type { KeyExtractor } from '../key-extractor';
import { hashedValue } from './element-hash';

/** An array where a hashed index is; MongoDB's error 16766. */
export class HashedArrayError extends ArgonError {
  constructor(path: string) {
    super(
      'ARGON_MATERIALIZER_HASHED_ARRAY',
      `Error: hashed indexes do not currently support array values. Found array at path: ${path}`,
      { path },
    );
  }
}

/** The keys of a hashed index, of which one field may be held as its hash. No field may lead through an array. */
export function hashedKeys({ key, sparse }: IndexDefinition, directions: readonly (1 | -1)[]): KeyExtractor {
  const paths = [...key.keys()];
  const hashed = [...key.values()].map((value) => value === 'hashed');
  return (document, seen) => {
    const arrays = paths.map(() => 0);
    // What there is of arrays is told along the way; the keys themselves would be of values, not hashes.
    const [values] = indexValues(document, paths, { sparse, seen: { multikey: arrays, forms: [] } });
    const at = arrays.findIndex((mask) => mask !== 0);
    if (at >= 0) throw new HashedArrayError(arrayPath(paths[at]!, arrays[at]!));
    if (values === undefined) return [];
    const held = values.map((value, i): Value => (hashed[i] === true ? hashedValue(value) : value));
    if (seen !== undefined) noteForms(held, seen.forms);
    return [encodeKey(held, directions)];
  };
}

/** The beginning of a path that holds the first array. */
function arrayPath(path: string, mask: number): string {
  const first = 31 - Math.clz32(mask & -mask);
  return path
    .split('.')
    .slice(0, first + 1)
    .join('.');
}

function noteForms(values: readonly Value[], forms: number[]): void {
  for (const [i, value] of values.entries()) forms[i] = (forms[i] ?? 0) | keyForms(value);
}
