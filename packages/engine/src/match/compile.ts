import { isCollatable, type Collation, type Doc, type Value } from '@argon/bson';
import { createScope } from '../aggregate/expression/compile';
import type { NearQuery } from '../geo/near';
import { CommandError } from '../handler/errors';
import { equalitiesOf, idEqualityOf } from './equalities';
import { Position } from './node';
import type { MatchNode } from './node';
import { NeverNode } from './operators/always';
import { AndNode } from './operators/and';
import { NearTest } from './operators/geo';
import { NorNode } from './operators/nor';
import { OrNode } from './operators/or';
import { TextNode } from './operators/text';
import { parseFilter } from './parse/filter';
import type { FilterScope } from './parse/parser';
import { PathNode } from './path-node';

export interface FilterOptions {
  /** `$$NOW` in `$expr`; default: the time of compiling. */
  readonly now?: Date;
  /** How strings compare; default: by their bytes. */
  readonly collation?: Collation | undefined;
  /** Further variables that `$expr` may name, without `$$` (a command's `let`). */
  readonly variables?: ReadonlyMap<string, Value | undefined>;
}

/** A filter, compiled once for any number of documents. */
export interface Matcher {
  /** A document is decoded, or the bytes of one that was validated when it came in. */
  matches(document: Uint8Array | Doc): boolean;
  /** Also tells which item of an array matched, for the positional `$`; none if no array was involved. */
  matchesWithPosition(document: Uint8Array | Doc): { readonly matched: boolean; readonly position?: number };
  /**
   * The one value of `_id` that a matching document can have, if the filter says so. By a collation several strings may be
   * equal, so there is none then.
   */
  readonly idEquality: Value | undefined;
  /** How its strings compare; undefined: by their bytes. */
  readonly collation: Collation | undefined;
  /** The filter is empty: every document matches. */
  readonly always: boolean;
  /** No document can match. */
  readonly never: boolean;
  /** It has an `$expr`, which mongod refuses in the filter of an upsert. */
  readonly usesExpr: boolean;
  /**
   * What the filter says fields are equal to, by dotted path: what an upsert starts its new document with.
   *
   * @throws CommandError 54 if it says so twice of one path, or of a path and one inside it.
   */
  equalities(): ReadonlyMap<string, Value>;
  /** The place that matches are sorted by their distance to, if the filter has one (`$near`). */
  readonly near: NearQuery | undefined;
  /** The search for words, if the filter has one (`$text`). */
  readonly text: TextNode | undefined;
  /** The tree of conditions, for planning. */
  readonly root: MatchNode;
}

/**
 * Compiles a filter of `find`, `update`, `$match`, … .
 *
 * @throws CommandError with mongod's code and message for what mongod refuses.
 */
export function compileFilter(filter: Doc, options: FilterOptions = {}): Matcher {
  const variables = new Map(options.variables);
  variables.set('NOW', options.now ?? new Date());
  const { collation } = options;
  const expressions = createScope(variables.keys(), collation);
  const scope: FilterScope = { variables, expressions, collation, usesExpr: false, nears: [], texts: [] };
  const root = parseFilter(filter, scope);
  expressions.throwDeferred('Failed to optimize expression');
  return new CompiledFilter(
    root,
    scope.usesExpr,
    nearOf(root, scope.nears!),
    textOf(root, scope.texts!),
    collation,
  );
}

/** @throws CommandError BadValue for a `$near` that is inside of something, or more than one */
function nearOf(root: MatchNode, nears: readonly NearQuery[]): NearQuery | undefined {
  if (nears.length === 0) return undefined;
  const top = root instanceof AndNode ? root.children : [root];
  const found = top.filter((node) => node instanceof PathNode && node.test instanceof NearTest);
  if (found.length < nears.length) throw new CommandError('BadValue', 'geo $near must be top-level expr');
  if (found.length > 1) throw new CommandError('BadValue', 'Too many geoNear expressions');
  return nears[0]!;
}

/** @throws CommandError BadValue for a `$text` in a `$nor`, or more than one */
function textOf(root: MatchNode, texts: readonly TextNode[]): TextNode | undefined {
  if (texts.length === 0) return undefined;
  if (texts.length > 1) throw new CommandError('BadValue', 'Too many text expressions');
  if (isNegated(root)) throw new CommandError('BadValue', 'text expression not allowed in nor');
  return texts[0];
}

function isNegated(node: MatchNode, inNor = false): boolean {
  if (node instanceof TextNode) return inNor;
  if (!(node instanceof AndNode || node instanceof OrNode || node instanceof NorNode)) return false;
  return node.children.some((child) => isNegated(child, inNor || node instanceof NorNode));
}

class CompiledFilter implements Matcher {
  readonly idEquality: Value | undefined;
  readonly always: boolean;
  readonly never: boolean;

  constructor(
    readonly root: MatchNode,
    readonly usesExpr: boolean,
    readonly near: NearQuery | undefined,
    readonly text: TextNode | undefined,
    readonly collation: Collation | undefined,
  ) {
    this.never = root instanceof NeverNode;
    const id = idEqualityOf(root);
    this.idEquality = collation !== undefined && isCollatable(id) ? undefined : id;
    this.always = root instanceof AndNode && root.children.length === 0;
  }

  matches(document: Uint8Array | Doc): boolean {
    return document instanceof Map ? this.root.decoded(document) : this.root.raw(document, 0);
  }

  matchesWithPosition(document: Uint8Array | Doc): { readonly matched: boolean; readonly position?: number } {
    const position = new Position();
    const matched =
      document instanceof Map ? this.root.decoded(document, position) : this.root.raw(document, 0, position);
    return matched && position.index >= 0 ? { matched, position: position.index } : { matched };
  }

  equalities(): ReadonlyMap<string, Value> {
    return equalitiesOf(this.root);
  }
}
