import type { MatchNode } from '../../match/node';
import type { Constraint } from '../bounds/constraint';
import {
  EVERYTHING,
  includes,
  intersection,
  isEverything,
  isPoint,
  type Intervals,
} from '../bounds/interval';
import { hashedBounds } from '../bounds/hashed-bounds';
import type { PredicateBounds, Collations } from '../bounds/predicate-bounds';
import { idKey, type Collation } from '@argon/bson';
import { shareArray, type PlannedIndex } from './planned-index';

/** Which part of an index has to be read for a filter. */
export interface IndexBounds {
  /** Per field. */
  readonly fields: readonly Intervals[];
  /** Conjuncts that hold of every record with a key within; they need not be asked again. */
  readonly enforced: ReadonlySet<MatchNode>;
  /** Conjuncts that keys within do not ensure, but can be asked of: by the path of the field. */
  readonly keyed: ReadonlyMap<MatchNode, string>;
  /** A filter's conjunct requires that the document is in the index, though it is sparse. */
  readonly requiresField: boolean;
}

interface Candidate {
  readonly constraint: Constraint;
  readonly bounds: PredicateBounds;
  readonly field: number;
}

const NULL_KEY = idKey(null);

/** Every key of an index. */
export function wholeIndex(index: PlannedIndex): IndexBounds {
  return {
    fields: index.fields.map(() => EVERYTHING),
    enforced: new Set(),
    keyed: new Map(),
    requiresField: false,
  };
}

/**
 * The ways in which an index can narrow down what a filter asks for: one, or several where an array makes conditions
 * on the first field exclude each other; none if no condition is about the first field.
 *
 * @param collation how the query's strings compare; undefined: by their bytes
 */
export function boundsFor(
  index: PlannedIndex,
  constraints: readonly Constraint[],
  collation: Collation | undefined,
): IndexBounds[] {
  const collations =
    collation === undefined && index.collation === undefined
      ? undefined
      : { index: index.collation, query: collation };
  const candidates = index.fields.map((_, field) => candidatesOf(index, field, constraints, collations));
  const first = candidates[0]!;
  if (first.length === 0) return [];
  if (index.fields[0]!.multikey === 0) return [assemble(index, candidates, undefined)];
  const found: IndexBounds[] = [];
  const taken = new Set<Candidate>();
  for (const lead of first) {
    if (taken.has(lead)) continue;
    const { bounds, used } = choose(index, candidates, lead);
    for (const each of used) taken.add(each);
    found.push(bounds);
  }
  return found;
}

/** Whether a sparse index has all records that could be wanted. */
export function isCompleteThoughSparse({ fields, requiresField }: IndexBounds): boolean {
  return requiresField || fields.some((intervals) => !includes(intervals, NULL_KEY));
}

function candidatesOf(
  index: PlannedIndex,
  field: number,
  constraints: readonly Constraint[],
  collations: Collations | undefined,
): Candidate[] {
  const { path, multikey, isPositional, isHashed } = index.fields[field]!;
  const found: Candidate[] = [];
  for (const constraint of constraints) {
    if (constraint.path !== path) continue;
    if (isPositional && (constraint.negative || constraint.pins.length > 0)) continue;
    const given = constraint.bounds(multikey !== 0, collations);
    const bounds = given !== undefined && isHashed ? hashedBounds(given) : given;
    if (bounds === undefined) continue;
    // A number may name an item, and be missing as a field's name all the same.
    if (isPositional && includes(bounds.intervals, NULL_KEY)) continue;
    found.push({ constraint, bounds, field });
  }
  return found.sort((a, b) => rank(a.bounds.intervals) - rank(b.bounds.intervals));
}

/** Equalities first, then ranges, then what bounds nothing. */
function rank(intervals: Intervals): number {
  if (intervals.every(isPoint)) return intervals.length === 1 ? 0 : 1;
  return isEverything(intervals) ? 3 : 2;
}

function assemble(
  index: PlannedIndex,
  candidates: readonly (readonly Candidate[])[],
  lead: Candidate | undefined,
): IndexBounds {
  return choose(index, candidates, lead).bounds;
}

/** Takes as many conditions together as one key is sure to meet, `lead` first. */
function choose(
  index: PlannedIndex,
  candidates: readonly (readonly Candidate[])[],
  lead: Candidate | undefined,
): { bounds: IndexBounds; used: readonly Candidate[] } {
  const used: Candidate[] = lead === undefined ? [] : [lead];
  for (const each of candidates.flat()) {
    if (each !== lead && used.every((other) => areCompatible(index, each, other))) used.push(each);
  }
  const fields = index.fields.map((_, field) =>
    used
      .filter((each) => each.field === field)
      .reduce((intervals, { bounds }) => intersection(intervals, bounds.intervals), EVERYTHING),
  );
  const enforced = new Set<MatchNode>();
  const keyed = new Map<MatchNode, string>();
  for (const { constraint, bounds, field } of used) {
    const isCertain = bounds.exact && constraint.isWhole && !index.fields[field]!.isPositional;
    const isSparseExists =
      index.definition.sparse && bounds.requiresField === true && index.fields.length === 1;
    if (isCertain || (isSparseExists && constraint.isWhole)) enforced.add(constraint.conjunct);
    else if (bounds.keyed === true && constraint.isWhole && !index.isMultikey) {
      if (!index.fields[field]!.isPositional) keyed.set(constraint.conjunct, constraint.path);
    }
  }
  const requiresField = used.some(({ bounds }) => bounds.requiresField === true);
  return { bounds: { fields, enforced, keyed, requiresField }, used };
}

function areCompatible(index: PlannedIndex, a: Candidate, b: Candidate): boolean {
  const pinned = pinnedDepth(a.constraint, b.constraint);
  return !shareArray(index.fields[a.field]!, index.fields[b.field]!, pinned);
}

/** How many path parts lead to the one item that both conditions are about; 0 if they are not about one. */
function pinnedDepth(a: Constraint, b: Constraint): number {
  let depth = 0;
  for (const pin of a.pins) if (b.pins.includes(pin)) depth = Math.max(depth, pin.depth);
  return depth;
}
