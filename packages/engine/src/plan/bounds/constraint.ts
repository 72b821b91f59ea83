import type { Condition } from '../../match/condition';
import type { MatchNode } from '../../match/node';
import { AndNode } from '../../match/operators/and';
import { ObjectElemMatch, ValueElemMatch } from '../../match/operators/elem-match';
import { NorNode } from '../../match/operators/nor';
import { NotNode } from '../../match/operators/not';
import { OrNode } from '../../match/operators/or';
import { PathNode } from '../../match/path-node';
import {
  anyOf,
  negatedBounds,
  predicateBounds,
  type Collations,
  type PredicateBounds,
} from './predicate-bounds';

/** An `$elemMatch`: conditions below it hold of one and the same item of the array that `depth` path parts lead to. */
export interface Pin {
  readonly depth: number;
}

/** What one conjunct of a filter says about the keys of one path. */
export interface Constraint {
  readonly path: string;
  /**
   * Its bounds on a field that leads through arrays or does not, in an index whose strings compare in their own way;
   * undefined if such an index is of no use for it.
   */
  bounds(multikey: boolean, collations: Collations | undefined): PredicateBounds | undefined;
  readonly pins: readonly Pin[];
  /** It is the opposite of a condition: about all values at the path, not some. */
  readonly negative: boolean;
  /** The conjunct says no more than this. */
  readonly isWhole: boolean;
  readonly conjunct: MatchNode;
}

/** The conditions of which all must hold. */
export function conjunctsOf(node: MatchNode): readonly MatchNode[] {
  return node instanceof AndNode ? node.children : [node];
}

/** What a conjunct says that an index could be used for. */
export function constraintsOf(conjunct: MatchNode): Constraint[] {
  return fromNode(conjunct).map((found) => ({ ...found, conjunct }));
}

type Found = Omit<Constraint, 'conjunct'>;

function fromNode(node: MatchNode): Found[] {
  if (node instanceof PathNode) return node.operator === '$elemMatch' ? fromElemMatch(node) : fromPath(node);
  if (node instanceof NotNode) return fromOpposite(node.child);
  if (node instanceof NorNode && node.children.length === 1) return fromOpposite(node.children[0]!);
  if (node instanceof OrNode) return fromAlternatives(node);
  return [];
}

function fromPath({ path, operator, operand }: PathNode): Found[] {
  const bounds = predicateBounds(operator, operand);
  if (bounds === undefined) return [];
  return [
    {
      path: path.dotted,
      bounds: (_multikey, collations) =>
        collations === undefined ? bounds : predicateBounds(operator, operand, collations),
      pins: [],
      negative: false,
      isWhole: true,
    },
  ];
}

function fromOpposite(child: MatchNode): Found[] {
  if (child instanceof NotNode) return fromNode(child.child);
  if (!(child instanceof PathNode)) return [];
  const bounds = predicateBounds(child.operator, child.operand);
  if (bounds === undefined || negatedBounds(child.operator, bounds, false) === undefined) return [];
  return [
    {
      path: child.path.dotted,
      bounds: (multikey, collations) => {
        const { operator, operand } = child;
        const own = collations === undefined ? bounds : predicateBounds(operator, operand, collations);
        return own && negatedBounds(operator, own, multikey);
      },
      pins: [],
      negative: true,
      isWhole: true,
    },
  ];
}

/** Alternatives that are all about one path are one set of intervals. */
function fromAlternatives({ children }: OrNode): Found[] {
  const each = children.map((child) => fromNode(child));
  const path = each[0]?.[0]?.path;
  const isOne = each.every(
    (found) =>
      found.length === 1 && found[0]!.path === path && found[0]!.pins.length === 0 && found[0]!.isWhole,
  );
  if (!isOne || path === undefined) return [];
  return [
    {
      path,
      bounds: (multikey, collations) => {
        const members = each.map(([found]) => found!.bounds(multikey, collations));
        return members.includes(undefined) ? undefined : anyOf(members as PredicateBounds[]);
      },
      pins: [],
      negative: each.some(([found]) => found!.negative),
      isWhole: true,
    },
  ];
}

function fromElemMatch({ path, test }: PathNode): Found[] {
  const pin: Pin = { depth: path.parts.length };
  if (test instanceof ObjectElemMatch) {
    const inner = conjunctsOf(test.filter).flatMap((child) => fromNode(child));
    return inner.map((found) => ({
      ...found,
      path: `${path.dotted}.${found.path}`,
      pins: [pin, ...found.pins.map(({ depth }) => deeper(depth, pin))],
      isWhole: false,
    }));
  }
  if (!(test instanceof ValueElemMatch)) return [];
  return test.conditions.flatMap((condition) => {
    const bounds = itemBounds(condition, undefined);
    if (bounds === undefined) return [];
    return [
      {
        path: path.dotted,
        bounds: (_multikey: boolean, collations: Collations | undefined) =>
          collations === undefined ? bounds : itemBounds(condition, collations),
        pins: [pin],
        negative: false,
        isWhole: false,
      },
    ];
  });
}

/** Two conditions below an inner `$elemMatch` share only what the outer one pins: the inner is not told apart again. */
function deeper(depth: number, outer: Pin): Pin {
  return { depth: depth + outer.depth };
}

/** Of one item of an array, which is one key. */
function itemBounds(condition: Condition, collations: Collations | undefined): PredicateBounds | undefined {
  if (condition.kind === 'test') return predicateBounds(condition.operator, condition.operand, collations);
  if (condition.kind !== 'not' || condition.condition.kind !== 'test') return undefined;
  const { operator, operand } = condition.condition;
  const bounds = predicateBounds(operator, operand, collations);
  return bounds === undefined || operator === '$exists' ? undefined : negatedBounds(operator, bounds, false);
}
