import type { FieldPath } from '../document/changes';

/** A path as one name for all elements of an array: `lines[].price`. */
export function fieldName(path: FieldPath): string {
  let name = '';
  for (const step of path) {
    if (typeof step === 'number') name += '[]';
    else name += name === '' ? step : `.${step}`;
  }
  return name;
}
