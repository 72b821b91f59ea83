import type { Collation, Doc, Value } from '@argon/bson';
import type { CompileScope } from '../../aggregate/expression/scope';
import type { NearQuery } from '../../geo/near';
import type { Condition } from '../condition';
import type { MatchNode } from '../node';
import type { TextNode } from '../operators/text';

/** What a filter may refer to beside the document. */
export interface FilterScope {
  /** Where `$expr` is compiled; what fails while computing constants is reported when the whole filter has been parsed. */
  readonly expressions: CompileScope;
  /** Variables that `$expr` may name, without `$$`. */
  readonly variables: ReadonlyMap<string, Value | undefined>;
  /** How strings compare; undefined: by their bytes. */
  readonly collation: Collation | undefined;
  /** Set when an `$expr` is met. */
  usesExpr: boolean;
  /** Every `$near` that is met is added. */
  readonly nears?: NearQuery[];
  /** Every `$text` that is met is added. */
  readonly texts?: TextNode[];
}

/** The parser, as operators see it that hold filters or operators themselves. */
export interface FilterParser {
  readonly scope: FilterScope;
  /** Whether the filter is below an `$elemMatch`, where `$expr`, `$where` and `$text` are not allowed. */
  readonly isNested: boolean;
  /** A whole filter at this level. */
  filter(filter: Doc): MatchNode;
  /** A whole filter on something inside the document. */
  nested(filter: Doc): MatchNode;
  /** The operators of `{path: {$gt: 1, $lt: 5}}`. */
  fieldConditions(path: string, operators: Doc): Condition[];
  /** Whether an operator stands where a field's name would (`$and`, `$expr`, …). */
  isTopLevelOperator(name: string): boolean;
}
