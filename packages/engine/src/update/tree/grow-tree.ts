import type { Matcher } from '../../match/compile';
import { CommandError } from '../../handler/errors';
import { compareUpdateFields } from '../path/field-order';
import { pathPrefix, type PathPart, type UpdatePath } from '../path/update-path';
import { fieldsNode, type ElementsNode, type FieldsNode, type Operation, type UpdateNode } from './node';

/** The array filters of an update, and which of its paths have used them. */
export interface ArrayFilters {
  readonly matchers: ReadonlyMap<string, Matcher>;
  readonly used: Set<string>;
}

/**
 * Puts an operation at the end of its path.
 * @throws CommandError ConflictingUpdateOperators if another operation is there, above or below;
 *   BadValue for a path that starts with `$[…]`, or for `$[id]` without an array filter for `id`
 */
export function growTree(
  root: FieldsNode,
  path: UpdatePath,
  operation: Operation,
  filters: ArrayFilters,
): void {
  if (path.parts[0]!.kind === 'elements') {
    throw new CommandError(
      'BadValue',
      `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path.text}'`,
    );
  }
  let node: UpdateNode = root;
  path.parts.forEach((part, i) => {
    const isLast = i === path.parts.length - 1;
    if (part.kind === 'elements') useFilter(part.filter, path, filters);
    const existing = childOf(node, part);
    const next = isLast ? operation : containerFor(path.parts[i + 1]!, filters);
    if (existing === undefined) {
      addChild(node, part, next);
      node = next;
    } else if (isLast || existing.kind !== next.kind) {
      throw conflict(path, i + 1);
    } else {
      node = existing;
    }
  });
}

/** Sorts the fields of a finished tree in the order in which they are applied. */
export function sortTree(node: UpdateNode): void {
  if (node.kind === 'operation') return;
  const children = node.kind === 'fields' ? node.fields : node.byFilter;
  const sorted = [...children].sort(([a], [b]) => compareUpdateFields(a, b));
  children.clear();
  for (const [name, child] of sorted) {
    children.set(name, child);
    sortTree(child);
  }
  if (node.kind === 'fields' && node.position !== undefined) sortTree(node.position);
}

function childOf(node: UpdateNode, part: PathPart): UpdateNode | undefined {
  if (node.kind === 'elements') return part.kind === 'elements' ? node.byFilter.get(part.filter) : undefined;
  if (node.kind === 'operation') return undefined;
  return part.kind === 'field' ? node.fields.get(part.name) : node.position;
}

function addChild(node: UpdateNode, part: PathPart, child: UpdateNode): void {
  if (node.kind === 'elements' && part.kind === 'elements') node.byFilter.set(part.filter, child);
  else if (node.kind === 'fields' && part.kind === 'field') node.fields.set(part.name, child);
  else if (node.kind === 'fields' && part.kind === 'position') node.position = child;
}

function containerFor(nextPart: PathPart, filters: ArrayFilters): FieldsNode | ElementsNode {
  if (nextPart.kind !== 'elements') return fieldsNode();
  return { kind: 'elements', byFilter: new Map(), filters: filters.matchers, merged: new Map() };
}

function useFilter(id: string, path: UpdatePath, filters: ArrayFilters): void {
  if (id === '') return;
  if (!filters.matchers.has(id)) {
    throw new CommandError('BadValue', `No array filter found for identifier '${id}' in path '${path.text}'`);
  }
  filters.used.add(id);
}

function conflict(path: UpdatePath, parts: number): CommandError {
  return new CommandError(
    'ConflictingUpdateOperators',
    `Updating the path '${path.text}' would create a conflict at '${pathPrefix(path, parts)}'`,
  );
}
