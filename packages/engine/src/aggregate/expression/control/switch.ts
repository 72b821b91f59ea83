import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { constantExpression } from '../expression';
import { isTrue } from '../truth';

interface Branch {
  readonly condition: Expression;
  readonly then: Expression;
  /** Where the two were compiled: errors of constants count only if they can be reached. */
  readonly conditionScope: ExpressionScope;
  readonly thenScope: ExpressionScope;
}

export const SWITCH: OperatorCompiler = (argument, scope) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      40060,
      `$switch requires an object as an argument, found: ${bsonTypeName(argument)}`,
    );
  }
  let branches: Branch[] = [];
  let otherwise: Expression | undefined;
  for (const [name, value] of argument) {
    if (name === 'branches') branches = compileBranches(value, scope);
    else if (name === 'default') otherwise = scope.compile(value);
    else throw new CommandError(40067, `$switch found an unknown argument: ${name}`);
  }
  if (branches.length === 0) throw new CommandError(40068, '$switch requires at least one branch');
  return settle(branches, otherwise, scope);
};

function compileBranches(value: Value, scope: ExpressionScope): Branch[] {
  if (!Array.isArray(value)) {
    throw new CommandError(40061, `$switch expected an array for 'branches', found: ${bsonTypeName(value)}`);
  }
  return value.map((branch) => compileBranch(branch, scope));
}

function compileBranch(branch: Value, scope: ExpressionScope): Branch {
  if (!(branch instanceof Map)) {
    throw new CommandError(
      40062,
      `$switch expected each branch to be an object, found: ${bsonTypeName(branch)}`,
    );
  }
  let condition: Expression | undefined;
  let then: Expression | undefined;
  const conditionScope = scope.fork();
  const thenScope = scope.fork();
  for (const [name, value] of branch) {
    if (name === 'case') condition = conditionScope.compile(value);
    else if (name === 'then') then = thenScope.compile(value);
    else throw new CommandError(40063, `$switch found an unknown argument to a branch: ${name}`);
  }
  if (condition === undefined) {
    throw new CommandError(40064, "$switch requires each branch have a 'case' expression");
  }
  if (then === undefined) {
    throw new CommandError(40065, "$switch requires each branch have a 'then' expression.");
  }
  return { condition, then, conditionScope, thenScope };
}

/** Branches that are never taken are dropped; the first that always is becomes the default. */
function settle(all: readonly Branch[], given: Expression | undefined, scope: ExpressionScope): Expression {
  const branches: Branch[] = [];
  let otherwise = given;
  for (const branch of all) {
    const constant = branch.condition.constant;
    scope.adopt(branch.conditionScope);
    if (constant !== undefined && !isTrue(constant.value)) continue;
    scope.adopt(branch.thenScope);
    if (constant === undefined) branches.push(branch);
    else {
      otherwise = branch.then;
      break;
    }
  }
  if (branches.length === 0) return otherwise ?? neverMatches(scope);
  return {
    evaluate: (document, variables) => {
      for (const { condition, then } of branches) {
        if (isTrue(condition.evaluate(document, variables))) return then.evaluate(document, variables);
      }
      if (otherwise !== undefined) return otherwise.evaluate(document, variables);
      throw new CommandError(
        40066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    },
  };
}

function neverMatches(scope: ExpressionScope): Expression {
  const failing: Expression = {
    evaluate: () => {
      throw new CommandError(
        40069,
        'Cannot execute a switch statement where all the cases evaluate to false without a default',
      );
    },
  };
  return scope.fold(failing, [constantExpression(null)]);
}
