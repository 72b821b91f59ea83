import { isNumber, toNumber } from '@argon/bson';
import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { MatchNode } from '../node';

/** `$sampleRate`: matches at random, each document with this probability. */
export class SampleRateNode implements MatchNode {
  private constructor(private readonly rate: number) {}

  static of(operand: Value): SampleRateNode {
    if (!isNumber(operand))
      throw new CommandError('BadValue', 'argument to $sampleRate must be a numeric type');
    const rate = toNumber(operand);
    if (rate >= 0 && rate <= 1) return new SampleRateNode(rate);
    throw new CommandError('BadValue', 'numeric argument to $sampleRate must be in [0, 1]');
  }

  decoded(): boolean {
    return Math.random() < this.rate;
  }

  raw(): boolean {
    return Math.random() < this.rate;
  }
}
