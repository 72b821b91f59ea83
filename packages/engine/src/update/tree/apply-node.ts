import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { checkNesting } from '../nesting';
import { fieldText } from '../text/value-text';
import { isId, lastName, placeText, type ApplyContext } from './apply-context';
import { elementNodes } from './element-nodes';
import { ContainerEdit } from './container-edit';
import { checkStoredName, idChanged, idGrew } from './guards';
import { mergeNodes } from './merge-nodes';
import {
  UNCHANGED,
  type ElementsNode,
  type FieldsNode,
  type Obstacle,
  type Operation,
  type Outcome,
  type UpdateNode,
} from './node';
import { compareUpdateFields } from '../path/field-order';

/**
 * Applies a node to a field: `existing` is its value, undefined if it is missing; `obstacle` is set if it is missing
 * because an ancestor can have no such field. Never modifies `existing`.
 */
export function applyNode(
  node: UpdateNode,
  existing: Value | undefined,
  obstacle: Obstacle | undefined,
  context: ApplyContext,
): Outcome {
  switch (node.kind) {
    case 'operation':
      return applyOperation(node, existing, obstacle, context);
    case 'elements':
      return applyElements(node, existing, context);
    default:
      return applyFields(node, existing, obstacle, context);
  }
}

function applyOperation(
  operation: Operation,
  existing: Value | undefined,
  obstacle: Obstacle | undefined,
  context: ApplyContext,
): Outcome {
  if (obstacle !== undefined) {
    operation.blocked(obstacle, context);
    return UNCHANGED;
  }
  const outcome = existing === undefined ? operation.create(context) : operation.update(existing, context);
  if (outcome === UNCHANGED) return outcome;
  if (existing !== undefined && context.path[0] === '_id') throw idChanged(context);
  if (operation.stores !== 'nothing') checkStoredName(context);
  if (operation.stores === 'value' && isId(context)) context.idIsUnchecked = true;
  if (operation.stores !== 'nothing' && outcome !== undefined) checkNesting(outcome, context.path.length);
  return outcome;
}

function applyFields(
  node: FieldsNode,
  existing: Value | undefined,
  obstacle: Obstacle | undefined,
  context: ApplyContext,
): Outcome {
  const fields = withPosition(node, context);
  if (obstacle !== undefined) {
    for (const [name, child] of fields) descend(child, name, undefined, obstacle, context);
    return UNCHANGED;
  }
  if (existing === undefined) return createFields(fields, context);
  if (!(existing instanceof Map) && !Array.isArray(existing)) {
    for (const [name, child] of fields) {
      descend(child, name, undefined, { part: name, name: lastName(context), value: existing }, context);
    }
    return UNCHANGED;
  }
  return changeFields(fields, existing, context);
}

function createFields(fields: ReadonlyMap<string, UpdateNode>, context: ApplyContext): Outcome {
  const created: Doc = new Map();
  for (const [name, child] of fields) {
    const outcome = descend(child, name, undefined, undefined, context);
    if (outcome === UNCHANGED || outcome === undefined) continue;
    created.set(name, outcome);
    if (created.size > 1 && context.path[0] === '_id') throw idGrew(created, context);
  }
  return created.size === 0 ? UNCHANGED : created;
}

function changeFields(
  fields: ReadonlyMap<string, UpdateNode>,
  existing: Doc | Value[],
  context: ApplyContext,
): Outcome {
  const edit = new ContainerEdit(existing);
  for (const [name, child] of fields) {
    const field = edit.get(name);
    if (field === undefined && !edit.canHave(name)) {
      const obstacle = { part: name, name: lastName(context), value: edit.current };
      descend(child, name, undefined, obstacle, context);
      continue;
    }
    const outcome = descend(child, name, field, undefined, context);
    if (outcome === UNCHANGED || (field === undefined && outcome === undefined)) continue;
    edit.set(name, outcome);
    if (context.path.length === 0 && name === '_id') context.id = outcome;
    if (field === undefined && context.path[0] === '_id') {
      throw idGrew(edit.current, context);
    }
  }
  return edit.changed ? edit.current : UNCHANGED;
}

/** The node's fields, with what `$` stands for merged into them under its position. */
function withPosition(node: FieldsNode, context: ApplyContext): ReadonlyMap<string, UpdateNode> {
  if (node.position === undefined) return node.fields;
  const name = context.position;
  if (name === undefined) {
    throw new CommandError(
      'BadValue',
      'The positional operator did not find the match needed from the query.',
    );
  }
  const sameField = node.fields.get(name);
  const child =
    sameField === undefined
      ? node.position
      : mergeNodes(sameField, node.position, [...context.path, name].join('.'));
  const fields = [...node.fields].filter(([other]) => other !== name);
  return new Map([...fields, [name, child] as const].sort(([a], [b]) => compareUpdateFields(a, b)));
}

function applyElements(node: ElementsNode, existing: Value | undefined, context: ApplyContext): Outcome {
  if (existing === undefined) {
    throw new CommandError(
      'BadValue',
      `The path '${placeText(context)}' must exist in the document in order to apply array updates.`,
    );
  }
  if (!Array.isArray(existing)) {
    throw new CommandError(
      'BadValue',
      `Cannot apply array updates to non-array element ${fieldText(lastName(context), existing)}`,
    );
  }
  const edit = new ContainerEdit(existing);
  for (const [index, child] of elementNodes(node, existing, context)) {
    const name = String(index);
    const outcome = descend(child, name, existing[index], undefined, context);
    if (outcome !== UNCHANGED) edit.set(name, outcome);
  }
  return edit.changed ? edit.current : UNCHANGED;
}

function descend(
  child: UpdateNode,
  name: string,
  existing: Value | undefined,
  obstacle: Obstacle | undefined,
  context: ApplyContext,
): Outcome {
  context.path.push(name);
  const outcome = applyNode(child, existing, obstacle, context);
  if (existing === undefined && outcome !== UNCHANGED && outcome !== undefined) checkStoredName(context);
  context.path.pop();
  return outcome;
}
