import { divide, isNumber, makeDouble, toNumber, type Value } from '@argon/bson';
import { addIfNumber, NumberSum } from '../expression/arithmetic/number-sum';
import type { Accumulator } from './accumulator';

/** `$sum`: of the numbers; other values count as nothing, and nothing sums up to int 0. */
export class SumAccumulator implements Accumulator {
  private readonly sum = new NumberSum();

  add(value: Value | undefined): void {
    addIfNumber(this.sum, value);
  }

  result(): Value {
    return this.sum.result();
  }
}

/** `$avg`: of the numbers; null if there are none. A double, or a decimal if there is one among them. */
export class AverageAccumulator implements Accumulator {
  private readonly sum = new NumberSum();
  private count = 0;

  add(value: Value | undefined): void {
    if (addIfNumber(this.sum, value)) this.count++;
  }

  result(): Value {
    if (this.count === 0) return null;
    if (this.sum.kind === 'decimal') return divide(this.sum.decimal(), this.count);
    return makeDouble(this.sum.double() / this.count);
  }
}

/** `$stdDevPop` and `$stdDevSamp` (Welford's method): null of no numbers, the latter also of one. */
export class DeviationAccumulator implements Accumulator {
  protected count = 0;
  private mean = 0;
  private squares = 0;

  constructor(protected readonly isSample: boolean) {}

  add(value: Value | undefined): void {
    if (!isNumber(value)) return;
    const number = toNumber(value);
    this.count++;
    const delta = number - this.mean;
    this.mean += delta / this.count;
    this.squares += delta * (number - this.mean);
  }

  result(): Value {
    const degrees = this.isSample ? this.count - 1 : this.count;
    return degrees <= 0 ? null : makeDouble(Math.sqrt(this.squares / degrees));
  }
}

/** `$count` */
export class CountAccumulator implements Accumulator {
  private readonly sum = new NumberSum();

  add(): void {
    this.sum.add(1);
  }

  result(): Value {
    return this.sum.result();
  }
}
