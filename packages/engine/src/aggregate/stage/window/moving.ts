import {
  add,
  divide,
  isNumber,
  makeDouble,
  multiply,
  numericKind,
  subtract,
  toDecimal128,
  toNumber,
  type Decimal128,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Accumulator } from '../../accumulator/accumulator';
import { describeElement } from '../../expression/describe';
import { asInt32 } from '../../expression/integral';
import { accumulatingFunction } from './accumulate';
import type { WindowFunctionCompiler } from './window-function';

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message);
}

/** `$expMovingAvg: {input, N}` or `{input, alpha}`: computed in decimals, a double unless a decimal was met. */
const EXP_MOVING_AVG: WindowFunctionCompiler = ({ argument, specification, sortBy, scope }) => {
  if (!(argument instanceof Map) || specification.size !== 1) {
    throw failed('$expMovingAvg must have exactly one argument that is an object');
  }
  const input = argument.get('input');
  const n = argument.get('N');
  const alpha = argument.get('alpha');
  if (argument.size !== 2 || input === undefined || (n === undefined) === (alpha === undefined)) {
    throw failed(
      "$expMovingAvg sub object must have exactly two fields: An 'input' field, and either an 'N' field or an 'alpha' field",
    );
  }
  if (sortBy.length === 0) throw failed("$expMovingAvg requires an explicit 'sortBy'");
  const weight = n === undefined ? alphaWeight(alpha as Value) : countWeight(n);
  const expression = scope.compile(input);
  return {
    compute: ({ documents, variables }) => {
      const average = new MovingAverage(weight);
      return documents.map((document) => average.next(expression.evaluate(document, variables)));
    },
  };
};

function countWeight(n: Value): Decimal128 {
  const count = asInt32(n);
  if (count === undefined) {
    throw failed(
      `'N' field must be an integer, but found  N: ${describeElement(n)}. To use a non-integer, use the 'alpha' argument instead`,
    );
  }
  if (count <= 0) throw failed(`'N' must be greater than zero. Got ${count}`);
  return divide(toDecimal128(2), toDecimal128(count + 1)) as Decimal128;
}

function alphaWeight(alpha: Value): Decimal128 {
  if (!isNumber(alpha)) throw failed(`'alpha' must be a number`);
  const weight = toNumber(alpha);
  if (weight <= 0 || weight >= 1) {
    throw failed(`'alpha' must be between 0 and 1 (exclusive), found alpha: ${weight}`);
  }
  return toDecimal128(alpha);
}

class MovingAverage {
  private average: Decimal128 | undefined;
  private isDecimal = false;
  private readonly rest: NumberValue;

  constructor(private readonly weight: Decimal128) {
    this.rest = subtract(toDecimal128(1), weight);
  }

  next(value: Value | undefined): Value {
    if (isNumber(value)) {
      this.isDecimal ||= numericKind(value) === 'decimal';
      const decimal = toDecimal128(value);
      this.average =
        this.average === undefined
          ? decimal
          : (add(multiply(decimal, this.weight), multiply(this.average, this.rest)) as Decimal128);
    }
    if (this.average === undefined) return null;
    return this.isDecimal ? this.average : makeDouble(toNumber(this.average));
  }
}

/**
 * `$covariancePop`, `$covarianceSamp` of pairs of numbers; anything else does not count. Pairs with what is no finite
 * number do not count either, but with two others they make NaN of the result.
 */
class CovarianceAccumulator implements Accumulator {
  private count = 0;
  private odd: NumberValue | undefined;
  private meanX: NumberValue = makeDouble(0);
  private meanY: NumberValue = makeDouble(0);
  private moment: NumberValue = makeDouble(0);

  constructor(private readonly isSample: boolean) {}

  add(value: Value | undefined): void {
    if (!Array.isArray(value) || value.length !== 2) return;
    const [x, y] = value;
    if (!isNumber(x) || !isNumber(y)) return;
    const product = multiply(x, y, 'double');
    if (![x, y].every((each) => Number.isFinite(toNumber(each)))) {
      this.odd = subtract(product, product, 'double');
      return;
    }
    this.count++;
    const deltaX = subtract(x, this.meanX, 'double');
    this.meanX = add(this.meanX, divide(deltaX, this.count), 'double');
    this.meanY = add(this.meanY, divide(subtract(y, this.meanY, 'double'), this.count), 'double');
    this.moment = add(this.moment, multiply(deltaX, subtract(y, this.meanY, 'double'), 'double'), 'double');
  }

  result(): Value {
    const degrees = this.isSample ? this.count - 1 : this.count;
    if (degrees <= 0) return null;
    return this.odd === undefined || this.count === 1 ? divide(this.moment, degrees) : this.odd;
  }
}

export const MOVING_FUNCTIONS: Readonly<Record<string, WindowFunctionCompiler>> = {
  $expMovingAvg: EXP_MOVING_AVG,
  $covariancePop: accumulatingFunction(() => new CovarianceAccumulator(false)),
  $covarianceSamp: accumulatingFunction(() => new CovarianceAccumulator(true)),
};
