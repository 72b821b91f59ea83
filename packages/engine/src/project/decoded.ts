import type { Doc, Value } from '@argon/bson';
import type { Variables } from '../aggregate/expression/expression';
import { metaValue, type DocumentMetadata } from '../aggregate/metadata';
import { isComputed } from './tree';
import type { ParsedProjection, ProjectionLeaf, ProjectionTree } from './tree';

/** An item that an inclusion drops from an array; it keeps its place until all is done, for the positional `$`. */
type Projected = Value | undefined;

/** What computing a field may draw on. */
export interface Surroundings {
  readonly bytes: Uint8Array;
  /** The whole document, decoded when it is first asked for. */
  readonly document: () => Doc;
  /** Those of its fields that the projection does more with than leaving or taking them. */
  readonly fields: Doc;
  readonly variables: Variables;
  readonly metadata: DocumentMetadata;
}

/** Leaves fields out of a document, decoded; computed fields are not added yet. */
export function applyBase(value: Value, tree: ProjectionTree, type: ParsedProjection['type']): Projected {
  if (Array.isArray(value)) return value.map((item) => applyBase(item, tree, type) as Value);
  if (!(value instanceof Map)) return type === 'inclusion' ? undefined : value;
  const projected: Doc = new Map();
  for (const [name, inner] of value) {
    const node = tree.children.get(name);
    const kept = node ? applyNode(inner, node, type) : type === 'inclusion' ? undefined : inner;
    if (kept !== undefined) projected.set(name, kept);
    // What will be computed inside of it appears in the field's old place.
    else if (node?.kind === 'tree' && node.hasComputed) projected.set(name, undefined as unknown as Value);
  }
  return projected;
}

function applyNode(
  value: Value,
  node: ProjectionLeaf | ProjectionTree,
  type: ParsedProjection['type'],
): Projected {
  switch (node.kind) {
    case 'tree':
      return applyBase(value, node, type);
    case 'include':
    case 'slice':
    case 'positional':
      return value;
    case 'exclude':
      return undefined;
    default:
      // To be computed: in an exclusion the new value takes the old one's place.
      return type === 'inclusion' ? undefined : value;
  }
}

/** Adds computed fields to a document that `applyBase` left: replaced in place, or appended in the tree's order. */
export function addComputed(projected: Doc, tree: ProjectionTree, around: Surroundings): Doc {
  const result: Doc = new Map(projected);
  for (const [name, node] of tree.children) {
    let value: Projected;
    if (!isComputed(node)) continue;
    if (node.kind === 'tree') value = addComputedTo(result.get(name), node, around);
    else value = compute(name, node, around);
    if (value === undefined) result.delete(name);
    else result.set(name, value);
  }
  return result;
}

/** In arrays, every item gets the computed fields; what is not a document becomes one of them alone. */
function addComputedTo(value: Projected, tree: ProjectionTree, around: Surroundings): Projected {
  if (Array.isArray(value)) return value.map((item) => addComputedTo(item, tree, around) as Value);
  return addComputed(value instanceof Map ? value : new Map(), tree, around);
}

function compute(name: string, node: ProjectionLeaf, around: Surroundings): Projected {
  switch (node.kind) {
    case 'computed':
      return node.expression.evaluate(around.document(), around.variables);
    case 'meta':
      return metaValue(node.name, around.metadata);
    case 'elemMatch': {
      const array = around.fields.get(name);
      if (!Array.isArray(array)) return undefined;
      const { position } = node.matcher.matchesWithPosition(around.bytes);
      return position === undefined ? undefined : [array[position]!];
    }
    default:
      return undefined;
  }
}

/** Drops the places that an inclusion emptied. */
export function withoutHoles(value: Value): Value {
  if (Array.isArray(value))
    return value.filter((item) => (item as Projected) !== undefined).map(withoutHoles);
  if (!(value instanceof Map)) return value;
  return new Map([...value].map(([name, inner]) => [name, withoutHoles(inner)]));
}
