import type { Collation, Doc, Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { AccumulatorFactory } from '../../accumulator/accumulator';
import { ExtremeAccumulator, ExtremesAccumulator } from '../../accumulator/extreme';
import { MergeObjectsAccumulator } from '../../accumulator/merge';
import { AverageAccumulator, DeviationAccumulator, SumAccumulator } from '../../accumulator/numeric';
import { describeElement } from '../describe';
import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { compileOperands, lazy } from '../operands';
import { checkCount } from './count-argument';

/** Accumulators used as expressions: over their operands, or over the elements of the only one. */
export const ACCUMULATE_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $sum: accumulate(() => new SumAccumulator()),
  $avg: accumulate(() => new AverageAccumulator()),
  $min: accumulate((collation) => new ExtremeAccumulator(1, collation), constantsLast),
  $max: accumulate((collation) => new ExtremeAccumulator(-1, collation), constantsLast),
  $stdDevPop: accumulate(() => new DeviationAccumulator(false)),
  $stdDevSamp: accumulate(() => new DeviationAccumulator(true)),
  $mergeObjects: accumulate(() => new MergeObjectsAccumulator()),
  $firstN: take(5787801, (array, n) => array.slice(0, n)),
  $lastN: take(5787801, (array, n) => array.slice(-n)),
  $minN: take(5787900, (array, n, collation) => extremes(array, n, 1, collation)),
  $maxN: take(5787900, (array, n, collation) => extremes(array, n, -1, collation)),
};

type Operands = (argument: Value, scope: ExpressionScope, name: string) => readonly Expression[];

/**
 * mongod's optimizer merges nested uses and moves constants behind the others, so that of equal values one that is no
 * constant stays.
 */
function constantsLast(argument: Value, scope: ExpressionScope, name: string): readonly Expression[] {
  if (!scope.folds) return compileOperands(argument, scope);
  const operands = compileOperands(merged(argument, name), scope);
  const isConstant = ({ constant }: Expression): boolean => constant !== undefined;
  return [...operands.filter((operand) => !isConstant(operand)), ...operands.filter(isConstant)];
}

/** The operands of nested uses as operands of the outer one; an only operand is another matter: its elements count. */
function merged(argument: Value, name: string): Value {
  if (!Array.isArray(argument) || argument.length < 2) return argument;
  return argument.flatMap((operand) => {
    const inner = operand instanceof Map && operand.size === 1 ? operand.get(name) : undefined;
    return Array.isArray(inner) && inner.length > 1 ? merged(inner, name) : [operand];
  });
}

function accumulate(create: AccumulatorFactory, operandsOf: Operands = compileOperands): OperatorCompiler {
  return (argument, scope, name) =>
    lazy(
      operandsOf(argument, scope, name),
      scope,
      name,
      (operands, document, variables, _name, collation) => {
        const accumulator = create(collation);
        for (const operand of operands) {
          const value = operand.evaluate(document, variables);
          if (operands.length > 1 || !Array.isArray(value)) accumulator.add(value);
          else for (const element of value) accumulator.add(element);
        }
        return accumulator.result();
      },
    );
}

function take(
  notAnObject: number,
  select: (array: readonly Value[], n: number, collation: Collation | undefined) => Value[],
): OperatorCompiler {
  return (argument, scope, name) => {
    if (!(argument instanceof Map)) {
      throw new CommandError(
        notAnObject,
        `specification must be an object; found ${name}: ${describeElement(argument)}`,
      );
    }
    // mongod does not optimize these.
    const { n: count, input: array } = countArguments(argument, scope.withoutFolding());
    return {
      evaluate: (document, variables) => {
        const limit = checkCount(count.evaluate(document, variables));
        const values = array.evaluate(document, variables);
        if (Array.isArray(values)) return select(values, limit, scope.collation);
        throw new CommandError(5788200, 'Input must be an array');
      },
    };
  };
}

/** `{n, input}` of the operators that take n values. */
export function countArguments(
  argument: Doc,
  scope: ExpressionScope,
): { readonly n: Expression; readonly input: Expression } {
  let n: Expression | undefined;
  let input: Expression | undefined;
  for (const [name, value] of argument) {
    if (name === 'n') n = scope.compile(value);
    else if (name === 'input') input = scope.compile(value);
    else throw new CommandError(5787901, `Unknown argument for 'n' operator: ${name}`);
  }
  if (n === undefined) throw new CommandError(5787906, "Missing value for 'n'");
  if (input === undefined) throw new CommandError(5787907, "Missing value for 'input'");
  return { n, input };
}

function extremes(
  values: readonly Value[],
  n: number,
  direction: 1 | -1,
  collation: Collation | undefined,
): Value[] {
  const accumulator = new ExtremesAccumulator(n, direction, collation);
  for (const value of values) accumulator.add(value);
  return accumulator.result() as Value[];
}
