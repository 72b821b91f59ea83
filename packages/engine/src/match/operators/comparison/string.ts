import type { Value } from '@argon/bson';
import type { ValueTest } from '../../node';
import { int32At } from '../../walk/bytes';
import { AnyComparison } from './any';
import { accepts } from './verdict';
import type { Verdict } from './verdict';

const STRING = 2;
const SYMBOL = 14;

/** Comparison with a string, byte by byte in UTF-8, without decoding. Symbols compare as strings. */
export class StringComparison implements ValueTest {
  private readonly text: Uint8Array;
  private readonly general: AnyComparison;
  private readonly equality: boolean;

  constructor(
    operand: string,
    private readonly verdict: Verdict,
  ) {
    this.text = Buffer.from(operand);
    this.general = new AnyComparison(operand, verdict);
    this.equality = !verdict.less && !verdict.greater;
  }

  decoded(value: Value | undefined): boolean {
    return this.general.decoded(value);
  }

  raw(bytes: Uint8Array, type: number, start: number): boolean {
    if (type !== STRING && type !== SYMBOL) return false;
    const text = this.text;
    const length = int32At(bytes, start) - 1;
    if (this.equality && length !== text.length) return false;
    const from = start + 4;
    const shared = Math.min(length, text.length);
    for (let index = 0; index < shared; index++) {
      const difference = bytes[from + index]! - text[index]!;
      if (difference !== 0) return accepts(this.verdict, difference);
    }
    return accepts(this.verdict, length - text.length);
  }
}
