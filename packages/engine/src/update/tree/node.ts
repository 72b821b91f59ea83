import type { Value } from '@argon/bson';
import type { Matcher } from '../../match/compile';
import type { ApplyContext } from './apply-context';

/** What a node answers when it leaves its field as it is. */
export const UNCHANGED = Symbol('unchanged');

/** What becomes of a field: a new value, `undefined` (it is removed), or nothing. */
export type Outcome = Value | undefined | typeof UNCHANGED;

/** The element that cannot have the field an update names, because it is neither a document nor an array with it. */
export interface Obstacle {
  /** The field it cannot have. */
  readonly part: string;
  readonly name: string;
  readonly value: Value;
}

/**
 * An update is a tree along the paths it names: documents (`FieldsNode`), elements of arrays (`ElementsNode`), and an
 * operator with its argument at the end of each path.
 */
export type UpdateNode = FieldsNode | ElementsNode | Operation;

/** Changes fields of a document, or single elements of an array. */
export interface FieldsNode {
  readonly kind: 'fields';
  /** In the order of {@link compareUpdateFields}. */
  readonly fields: Map<string, UpdateNode>;
  /** What `$` stands for is changed so; the field's name is the position the filter found. */
  position: UpdateNode | undefined;
}

/** Changes all elements of an array that match a filter. */
export interface ElementsNode {
  readonly kind: 'elements';
  /** By identifier; '' is `$[]`. */
  readonly byFilter: Map<string, UpdateNode>;
  readonly filters: ReadonlyMap<string, Matcher>;
  /** Merged nodes, by the identifiers that they are merged of. */
  readonly merged: Map<string, UpdateNode>;
}

/** One operator on one field, e.g. `$inc: {a: 5}`. */
export interface Operation {
  readonly kind: 'operation';
  /** What it puts into the document; for what is checked of that. */
  readonly stores: 'nothing' | 'elements' | 'value';
  /** The field has a value. */
  update(existing: Value, context: ApplyContext): Outcome;
  /** The field is missing, and so may be its parents; an answer other than UNCHANGED and undefined creates them. */
  create(context: ApplyContext): Outcome;
  /** The field is missing and cannot be created. */
  blocked(obstacle: Obstacle, context: ApplyContext): void;
}

export function fieldsNode(): FieldsNode {
  return { kind: 'fields', fields: new Map(), position: undefined };
}
