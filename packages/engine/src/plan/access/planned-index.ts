import { isNumber, toNumber, type Value } from '@argon/bson';
import type { IndexDefinition, IndexView } from '@argon/materializer';

/** One field of an index. */
export interface IndexField {
  readonly path: string;
  readonly parts: readonly string[];
  readonly direction: 1 | -1;
  /** Which parts of the path lead through arrays: bit i for part i (see `IndexView.multikey`). */
  readonly multikey: number;
  /** A part is a number, which may mean an item of an array or a field. */
  readonly isPositional: boolean;
}

/** An index as planning sees it, at one state. */
export interface PlannedIndex {
  readonly definition: IndexDefinition;
  readonly view: IndexView;
  readonly fields: readonly IndexField[];
  readonly directions: readonly (1 | -1)[];
  /** Some path leads through an array, so that a record may have several keys. */
  readonly isMultikey: boolean;
}

const NUMBER = /^\d+$/;

export function plannedIndex(view: IndexView): PlannedIndex {
  const { definition, multikey } = view;
  const fields = [...definition.key].map(([path, value], index): IndexField => {
    const parts = path.split('.');
    return {
      path,
      parts,
      direction: directionOf(value),
      multikey: multikey[index] ?? 0,
      isPositional: parts.some((part) => NUMBER.test(part)),
    };
  });
  return {
    definition,
    view,
    fields,
    directions: fields.map(({ direction }) => direction),
    isMultikey: fields.some((field) => field.multikey !== 0),
  };
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
