import { CommandError } from '../../handler/errors';
import { compareUpdateFields } from '../path/field-order';
import type { ElementsNode, FieldsNode, UpdateNode } from './node';

/**
 * One node that does what both do; for `$` and `$[id]`, of which only the document tells which elements they mean.
 * @param path where both meet, as messages name it
 * @throws CommandError ConflictingUpdateOperators if both change the same field
 */
export function mergeNodes(a: UpdateNode, b: UpdateNode, path: string): UpdateNode {
  if (a.kind === 'fields' && b.kind === 'fields') return mergeFields(a, b, path);
  if (a.kind === 'elements' && b.kind === 'elements') return mergeElements(a, b, path);
  throw new CommandError('ConflictingUpdateOperators', `Update created a conflict at '${path}'`);
}

function mergeFields(a: FieldsNode, b: FieldsNode, path: string): FieldsNode {
  const names = [...new Set([...a.fields.keys(), ...b.fields.keys()])].sort(compareUpdateFields);
  return {
    kind: 'fields',
    fields: new Map(
      names.map((name) => [name, mergeChild(a.fields.get(name), b.fields.get(name), `${path}.${name}`)!]),
    ),
    position: mergeChild(a.position, b.position, `${path}.$`),
  };
}

function mergeElements(a: ElementsNode, b: ElementsNode, path: string): ElementsNode {
  const ids = [...new Set([...a.byFilter.keys(), ...b.byFilter.keys()])].sort(compareUpdateFields);
  return {
    kind: 'elements',
    byFilter: new Map(
      ids.map((id) => [id, mergeChild(a.byFilter.get(id), b.byFilter.get(id), `${path}.$[${id}]`)!]),
    ),
    filters: new Map([...a.filters, ...b.filters]),
    merged: new Map(),
  };
}

function mergeChild(
  a: UpdateNode | undefined,
  b: UpdateNode | undefined,
  path: string,
): UpdateNode | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return mergeNodes(a, b, path);
}
