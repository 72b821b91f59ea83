import {
  isNumber,
  isZero,
  makeDouble,
  numericKind,
  toNumber,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../handler/errors';

/** A series of preferred numbers by which `$bucketAuto` rounds its boundaries. */
export interface Granularity {
  /** Throws unless the value can be rounded. */
  check(value: NumberValue): void;
  /** The next number of the series above the value. */
  roundUp(value: Value): Value;
  /** The next number of the series below the value. */
  roundDown(value: Value): Value;
}

const SERIES: Readonly<Record<string, readonly number[]>> = {
  R5: [10, 16, 25, 40, 63],
  R10: [100, 125, 160, 200, 250, 315, 400, 500, 630, 800],
  R20: [100, 112, 125, 140, 160, 180, 200, 224, 250, 280, 315, 355, 400, 450, 500, 560, 630, 710, 800, 900],
  R40: [
    100, 106, 112, 118, 125, 132, 140, 150, 160, 170, 180, 190, 200, 212, 224, 236, 250, 265, 280, 300, 315,
    335, 355, 375, 400, 425, 450, 475, 500, 530, 560, 600, 630, 670, 710, 750, 800, 850, 900, 950,
  ],
  R80: [
    103, 109, 115, 122, 128, 136, 145, 155, 165, 175, 185, 195, 206, 218, 230, 243, 258, 272, 290, 307, 325,
    345, 365, 387, 412, 437, 462, 487, 515, 545, 575, 615, 650, 690, 730, 775, 825, 875, 925, 975,
  ],
  '1-2-5': [10, 20, 50],
  E6: [10, 15, 22, 33, 47, 68],
  E12: [10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82],
  E24: [10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 27, 30, 33, 36, 39, 43, 47, 51, 56, 62, 68, 75, 82, 91],
  E48: [
    100, 105, 110, 115, 121, 127, 133, 140, 147, 154, 162, 169, 178, 187, 196, 205, 215, 226, 237, 249, 261,
    274, 287, 301, 316, 332, 348, 365, 383, 402, 422, 442, 464, 487, 511, 536, 562, 590, 619, 649, 681, 715,
    750, 787, 825, 866, 909, 953,
  ],
  E96: [
    100, 102, 105, 107, 110, 113, 115, 118, 121, 124, 127, 130, 133, 137, 140, 143, 147, 150, 154, 158, 162,
    165, 169, 174, 178, 182, 187, 191, 196, 200, 205, 210, 215, 221, 226, 232, 237, 243, 249, 255, 261, 267,
    274, 280, 287, 294, 301, 309, 316, 324, 332, 340, 348, 357, 365, 374, 383, 392, 402, 412, 422, 432, 442,
    453, 464, 475, 487, 499, 511, 523, 536, 549, 562, 576, 590, 604, 619, 634, 649, 665, 681, 698, 715, 732,
    750, 768, 787, 806, 825, 845, 866, 887, 909, 931, 953, 976,
  ],
};

export function findGranularity(name: string): Granularity | undefined {
  if (name === 'POWERSOF2') return POWERS_OF_TWO;
  const series = SERIES[name];
  return series === undefined ? undefined : new PreferredNumbers(series);
}

function checkNumber(value: NumberValue): void {
  const number = toNumber(value);
  if (Number.isNaN(number)) {
    throw new CommandError(
      40259,
      "$bucketAuto can specify a 'granularity' with numeric boundaries only, but found a value of NaN",
    );
  }
  if (number < 0) {
    throw new CommandError(
      40260,
      `$bucketAuto can specify a 'granularity' with non-negative numbers only, but found a negative number`,
    );
  }
}

class PreferredNumbers implements Granularity {
  constructor(private readonly series: readonly number[]) {}

  check(value: NumberValue): void {
    checkNumber(value);
  }

  roundUp(value: Value): Value {
    if (!isNumber(value) || isZero(value)) return value;
    const number = toNumber(value);
    const series = this.series;
    let multiplier = 1;
    while (number >= last(series) * multiplier) multiplier *= 10;
    while (number < first(series) * multiplier) {
      const previous = multiplier / 10;
      if (number >= last(series) * previous) return makeDouble(first(series) * multiplier);
      multiplier = previous;
    }
    const next = series.find((candidate) => candidate * multiplier > number) ?? first(series) * 10;
    return makeDouble(next * multiplier);
  }

  roundDown(value: Value): Value {
    if (!isNumber(value)) return value;
    if (isZero(value)) return makeDouble(0);
    const number = toNumber(value);
    const series = this.series;
    let multiplier = 1;
    while (number <= first(series) * multiplier) multiplier /= 10;
    while (number > last(series) * multiplier) {
      const next = multiplier * 10;
      if (number <= first(series) * next) return makeDouble(last(series) * multiplier);
      multiplier = next;
    }
    const previous = series.findLast((candidate) => candidate * multiplier < number) ?? last(series) / 10;
    return makeDouble(previous * multiplier);
  }
}

function first(series: readonly number[]): number {
  return series[0] as number;
}

function last(series: readonly number[]): number {
  return series.at(-1) as number;
}

const POWERS_OF_TWO: Granularity = {
  check: checkNumber,
  roundUp: (value) => {
    if (!isNumber(value) || isZero(value)) return value;
    return power(Math.floor(Math.log2(toNumber(value))) + 1, value);
  },
  roundDown: (value) => {
    if (!isNumber(value)) return value;
    if (isZero(value)) return makeDouble(0);
    return power(Math.ceil(Math.log2(toNumber(value))) - 1, value);
  },
};

/** Whole powers of integers stay integers. */
function power(exponent: number, like: NumberValue): Value {
  const result = 2 ** exponent;
  return numericKind(like) === 'double' || exponent < 0 ? makeDouble(result) : result;
}
