import type { Collation, Doc, Value } from '@argon/bson';

/**
 * What `$$name` refers to while an expression runs: `NOW`, let-variables, `this`, … `ROOT` is the document that
 * `evaluate` gets unless it is set here; `CURRENT` is `ROOT` unless it is set here.
 */
export type Variables = ReadonlyMap<string, Value | undefined>;

/** A compiled aggregation expression. Evaluation is pure: it never changes the document, its values or the variables. */
export interface Expression {
  /** `undefined` means missing, which most operators tell from null. Throws CommandError with mongod's code. */
  evaluate(document: Doc, variables: Variables): Value | undefined;
  /** Set when the result depends neither on the document nor on variables. */
  readonly constant?: Constant;
  /** Set when the expression is a plain path into the document (`"$a.b"` → ['a', 'b']). */
  readonly path?: readonly string[];
}

export interface Constant {
  readonly value: Value | undefined;
}

/** Makes an expression of an operator's argument; `name` is the operator as written (`$add`). */
export type OperatorCompiler = (argument: Value, scope: ExpressionScope, name: string) => Expression;

/** What a compiler needs to know of its surroundings; the class is `CompileScope`. */
export interface ExpressionScope {
  compile(value: Value): Expression;
  /** The same scope with more variables defined. */
  define(names: readonly string[]): ExpressionScope;
  isDefined(name: string): boolean;
  /** Notes what `$meta` names. */
  needsMetadata(name: string): void;
  /** The same scope, keeping errors of constants to itself until they are adopted. */
  fork(): ExpressionScope;
  adopt(fork: ExpressionScope): void;
  /** The same scope for what mongod does not optimize: constants are computed when they are needed. */
  withoutFolding(): ExpressionScope;
  /** Whether constants are computed beforehand here. */
  readonly folds: boolean;
  /** How strings compare here; undefined: by their bytes. */
  readonly collation: Collation | undefined;
  /** Replaces an expression whose operands are all constant by its value. */
  fold(expression: Expression, operands: readonly (Expression | undefined)[]): Expression;
}

export function constantExpression(value: Value | undefined): Expression {
  return { constant: { value }, evaluate: () => value };
}
