import type { Collation, Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { constantExpression, type Expression, type ExpressionScope, type Variables } from './expression';

export const NO_DOCUMENT: Doc = new Map();
const NO_VARIABLES: Variables = new Map();

/** Errors met while computing constants: mongod reports them once the whole pipeline has been parsed. */
interface Deferred {
  first: CommandError | undefined;
}

export type ValueCompiler = (value: Value, scope: CompileScope) => Expression;

/**
 * The surroundings in which an expression is compiled: which variables are defined, and which constant
 * subexpression failed first. mongod parses everything, then computes constants, so `{$divide: [1, 0]}` fails
 * even where no document would ever reach it, but a later unknown stage is reported before it.
 */
export class CompileScope implements ExpressionScope {
  private constructor(
    private readonly compiler: ValueCompiler,
    private readonly names: ReadonlySet<string>,
    private readonly deferred: Deferred,
    readonly collation: Collation | undefined,
    readonly folds = true,
    /** What `$meta` has named. */
    readonly needs = new Set<string>(),
  ) {}

  static create(
    compiler: ValueCompiler,
    names: Iterable<string>,
    collation: Collation | undefined,
  ): CompileScope {
    return new CompileScope(compiler, new Set(names), { first: undefined }, collation);
  }

  compile(value: Value): Expression {
    return this.compiler(value, this);
  }

  define(names: readonly string[]): CompileScope {
    return new CompileScope(
      this.compiler,
      new Set([...this.names, ...names]),
      this.deferred,
      this.collation,
      this.folds,
      this.needs,
    );
  }

  /** The same scope, noting by itself what `$meta` names. */
  withOwnNeeds(): CompileScope {
    return new CompileScope(this.compiler, this.names, this.deferred, this.collation, this.folds);
  }

  needsMetadata(name: string): void {
    this.needs.add(name);
  }

  /** The variables defined here, all missing: for compilers that take values. */
  undefinedVariables(): Variables {
    return new Map([...this.names].map((name): [string, undefined] => [name, undefined]));
  }

  isDefined(name: string): boolean {
    return this.names.has(name);
  }

  fork(): CompileScope {
    return new CompileScope(this.compiler, this.names, { first: undefined }, this.collation, this.folds);
  }

  adopt(fork: ExpressionScope): void {
    if (!(fork instanceof CompileScope)) return;
    this.deferred.first ??= fork.deferred.first;
    for (const name of fork.needs) this.needs.add(name);
  }

  withoutFolding(): CompileScope {
    return new CompileScope(this.compiler, this.names, this.deferred, this.collation, false, this.needs);
  }

  fold(expression: Expression, operands: readonly (Expression | undefined)[]): Expression {
    if (!this.folds) return expression;
    for (const operand of operands)
      if (operand !== undefined && operand.constant === undefined) return expression;
    try {
      return constantExpression(expression.evaluate(NO_DOCUMENT, NO_VARIABLES));
    } catch (error) {
      this.defer(error);
      return expression;
    }
  }

  /** Keeps an error of constant evaluation for `throwDeferred`; anything but a CommandError is thrown at once. */
  defer(error: unknown): void {
    if (!(error instanceof CommandError)) throw error;
    this.deferred.first ??= error;
  }

  /** Throws what `defer` kept, as mongod words it: `<context> :: caused by :: <message>`. */
  throwDeferred(context?: string): void {
    const error = this.deferred.first;
    if (error === undefined) return;
    this.deferred.first = undefined;
    throw context === undefined ? error : withContext(error, context);
  }
}

/** The same error with the prefix by which mongod says where it happened. */
export function withContext(error: CommandError, context: string): CommandError {
  const code = error.codeName.startsWith('Location') ? error.mongoCode : (error.codeName as 'BadValue');
  return new CommandError(code, `${context} :: caused by :: ${error.message}`, {
    labels: error.labels,
    extra: error.extra,
    cause: error,
  });
}
