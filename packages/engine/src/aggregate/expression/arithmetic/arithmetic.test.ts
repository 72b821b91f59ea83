import { Decimal128, Double, Long } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../testing/evaluate';

const long = (text: string): Long => Long.fromString(text);
const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
const MOST = long('9223372036854775807');

describe('results have the types mongod gives them', () => {
  it.each([
    [{ $add: [1, 2] }, 3],
    [{ $add: [2147483647, 1] }, long('2147483648')],
    [{ $add: ['$most', 1] }, 9223372036854775808],
    [{ $add: ['$most', 1, -1] }, MOST],
    [{ $add: [0.1, decimal('0.1')] }, decimal('0.2000000000000000055511151231257827')],
    [{ $subtract: [new Double(1), 1] }, new Double(0)],
    [{ $multiply: ['$x', 0.1, 3] }, 0.21000000000000002],
    [{ $multiply: [-7, 2147483647, 0] }, 0],
    [{ $divide: [4, 2] }, new Double(2)],
    [{ $divide: [decimal('10'), 4] }, decimal('2.5')],
    [{ $mod: [5, new Double(2)] }, 1],
    [{ $mod: [new Double(-4), 2] }, -0],
    [{ $pow: [2, 31] }, long('2147483648')],
    [{ $pow: [2, -1] }, 0.5],
    [{ $pow: [decimal('2'), 3] }, decimal('8.000000000000000000000000000000000')],
    [{ $sqrt: decimal('4.00') }, decimal('2.0')],
    [{ $log10: decimal('1000') }, decimal('3')],
    [{ $round: 2.5 }, new Double(2)],
    [{ $round: [decimal('2'), 3] }, decimal('2.000')],
    [{ $trunc: [1299, -2] }, 1200],
    [{ $ceil: decimal('-0.5') }, decimal('-0')],
    [{ $sin: decimal('0.00') }, decimal('0.00')],
    [{ $cos: decimal('0') }, decimal('1.000000000000000000000000000000000')],
    [{ $sum: ['$x', 'text', 5] }, 5.7],
    [{ $avg: [[1, 2]] }, 1.5],
  ])('%j', (expression, expected) => {
    expect(evaluate(expression, { x: 0.7, most: MOST })).toEqual(expected);
  });
});

describe('dates', () => {
  it.each([
    [{ $add: ['$date', 5.7] }, new Date(1006)],
    [{ $add: ['$date', 2.5] }, new Date(1002)],
    [{ $subtract: ['$date', 5.5] }, new Date(995)],
    [{ $subtract: ['$date', '$date'] }, long('0')],
    [{ $add: ['$date', '$date'] }, 'code: 16612'],
    [{ $subtract: [5, '$date'] }, 'code: 14'],
  ])('%j', (expression, expected) => {
    expect(evaluate(expression, { date: new Date(1000) })).toEqual(expected);
  });
});

describe('nulls and errors', () => {
  it.each([
    [{ $add: ['$nothing', 'text'] }, null],
    [{ $add: ['$text', '$nothing'] }, 'code: 16554'],
    [{ $divide: ['$nothing', 0] }, null],
    [{ $divide: [1, 0] }, 'code: 2'],
    [{ $mod: [1, 0] }, 'code: 16610'],
    [{ $sqrt: -1 }, 'code: 28714'],
    [{ $abs: long('-9223372036854775808') }, 'code: 28680'],
    [{ $round: [1.5, 101] }, 'code: 51083'],
    [{ $atan2: [1, 'x'] }, 'code: 51045'],
    // Constants are computed beforehand, wherever they stand.
    [{ $cond: [true, 1, { $divide: [1, 0] }] }, 'code: 2'],
    [{ $cond: [true, '$text', { $divide: ['$one', 0] }] }, 't'],
  ])('%j', (expression, expected) => {
    expect(evaluate(expression, { text: 't', one: 1 })).toEqual(expected);
  });
});
