import { isNumber, toNumber, type Collation, type Value } from '@argon/bson';
import { indexKind, type IndexDefinition, type IndexView } from '@argon/materializer';
import { indexCollation } from '../../collation/wanted-collation';

/** One field of an index. */
export interface IndexField {
  readonly path: string;
  readonly parts: readonly string[];
  readonly direction: 1 | -1;
  /** Which parts of the path lead through arrays: bit i for part i (see `IndexView.multikey`). */
  readonly multikey: number;
  /** A part is a number, which may mean an item of an array or a field. */
  readonly isPositional: boolean;
  /** Keys hold the values' hashes, or something else in their place. */
  readonly isHashed: boolean;
}

/** An index as planning sees it, at one state. */
export interface PlannedIndex {
  readonly definition: IndexDefinition;
  readonly view: IndexView;
  readonly fields: readonly IndexField[];
  readonly directions: readonly (1 | -1)[];
  /** How its strings compare; undefined: by their bytes. */
  readonly collation: Collation | undefined;
  /** Some path leads through an array, so that a record may have several keys. */
  readonly isMultikey: boolean;
  /** A record may lie under several keys that are looked at. */
  readonly repeats: boolean;
}

const NUMBER = /^\d+$/;
const OPAQUE: ReadonlySet<string> = new Set(['text', '2dsphere']);

export function plannedIndex(view: IndexView): PlannedIndex {
  const { definition, multikey } = view;
  // Of texts and places, keys hold what is looked for, and nothing of other fields.
  const isOpaque = OPAQUE.has(indexKind(definition.key));
  const fields = [...definition.key].map(([path, value], index): IndexField => ({
    ...indexField(path, multikey[index] ?? 0),
    direction: directionOf(value),
    isHashed: isOpaque || value === 'hashed',
  }));
  return indexOfFields(definition, view, fields);
}

/** An ascending field, ordered by its values. */
export function indexField(path: string, multikey: number): IndexField {
  const parts = path.split('.');
  const isPositional = parts.some((part) => NUMBER.test(part));
  return { path, parts, direction: 1, multikey, isPositional, isHashed: false };
}

export function indexOfFields(
  definition: IndexDefinition,
  view: IndexView,
  fields: readonly IndexField[],
): PlannedIndex {
  const isMultikey = fields.some((field) => field.multikey !== 0);
  const directions = fields.map(({ direction }) => direction);
  const collation = indexCollation(definition);
  return { definition, view, fields, directions, collation, isMultikey, repeats: isMultikey };
}

function directionOf(value: Value): 1 | -1 {
  return isNumber(value) && toNumber(value) < 0 ? -1 : 1;
}

/**
 * Whether two fields (or one, twice) lead through one array beyond the first `pinned` parts of their paths: then keys
 * under which both have certain values need not exist, though each has them under some key.
 */
export function shareArray(a: IndexField, b: IndexField, pinned: number): boolean {
  let common = 0;
  while (common < a.parts.length && a.parts[common] === b.parts[common]) common++;
  const arrays = a.multikey | b.multikey;
  for (let part = pinned; part < common; part++) if ((arrays >>> Math.min(part, 30)) & 1) return true;
  return false;
}
