import { type Doc, type Value, isIdentical } from '@argon/bson';
import type { FieldPath } from './changes';
import { keepsOrder } from './field-order';

/** A field that both sides changed, and not to the same. Undefined: it is not there. */
export interface FieldConflict {
  readonly path: FieldPath;
  readonly base: Value | undefined;
  readonly ours: Value | undefined;
  readonly theirs: Value | undefined;
}

export type Side = 'ours' | 'theirs';

export interface MergedDocument {
  readonly document: Doc;
  /** Empty when the two sides can be brought together. */
  readonly conflicts: readonly FieldConflict[];
}

/**
 * Three-way merge of a document, field by field: what only one side changed is taken from that side; fields of embedded
 * documents, and elements of arrays that have one length on all sides, are merged one by one; an array that both sides
 * changed otherwise is a conflict as a whole. In conflicts `prefer`'s value stands. Fields keep their order; new ones of
 * both sides come at the end.
 */
export function mergeDocuments(base: Doc, ours: Doc, theirs: Doc, prefer: Side = 'ours'): MergedDocument {
  const merge = new DocumentMerge(prefer);
  return { document: merge.fields([], base, ours, theirs), conflicts: merge.conflicts };
}

class DocumentMerge {
  readonly conflicts: FieldConflict[] = [];

  constructor(private readonly prefer: Side) {}

  fields(path: FieldPath, base: Doc, ours: Doc, theirs: Doc): Doc {
    const merged: Doc = new Map();
    // The side that may have moved fields says in which order they come.
    const [first, second] = keepsOrder(base, ours) ? [theirs, ours] : [ours, theirs];
    for (const name of new Set([...first.keys(), ...second.keys()])) {
      const value = this.value([...path, name], base.get(name), ours.get(name), theirs.get(name));
      if (value !== undefined) merged.set(name, value);
    }
    return merged;
  }

  private value(
    path: FieldPath,
    base: Value | undefined,
    ours: Value | undefined,
    theirs: Value | undefined,
  ): Value | undefined {
    if (isIdentical(ours, theirs) || isIdentical(base, theirs)) return ours;
    if (isIdentical(base, ours)) return theirs;
    if (ours instanceof Map && theirs instanceof Map && (base instanceof Map || base === undefined)) {
      return this.fields(path, base ?? new Map(), ours, theirs);
    }
    if (
      Array.isArray(base) &&
      Array.isArray(ours) &&
      Array.isArray(theirs) &&
      base.length === ours.length &&
      base.length === theirs.length
    ) {
      return ours.map((value, i) => this.value([...path, i], base[i], value, theirs[i])!);
    }
    this.conflicts.push({ path, base, ours, theirs });
    return this.prefer === 'ours' ? ours : theirs;
  }
}
