import type { ObjectId, Value } from '@argon/bson';
import type { ValueTest } from '../../node';
import { AnyComparison } from './any';
import { accepts } from './verdict';
import type { Verdict } from './verdict';

const OBJECT_ID = 7;

/** Comparison with an ObjectId, byte by byte. */
export class ObjectIdComparison implements ValueTest {
  private readonly id: Uint8Array;
  private readonly general: AnyComparison;

  constructor(
    operand: ObjectId,
    private readonly verdict: Verdict,
  ) {
    this.id = operand.id;
    this.general = new AnyComparison(operand, verdict);
  }

  decoded(value: Value | undefined): boolean {
    return this.general.decoded(value);
  }

  raw(bytes: Uint8Array, type: number, start: number): boolean {
    if (type !== OBJECT_ID) return false;
    const id = this.id;
    // From the end: ids made together share their beginning.
    if (!this.verdict.less && !this.verdict.greater) {
      for (let index = 11; index >= 0; index--) if (bytes[start + index] !== id[index]) return false;
      return true;
    }
    for (let index = 0; index < 12; index++) {
      const difference = bytes[start + index]! - id[index]!;
      if (difference !== 0) return accepts(this.verdict, difference);
    }
    return this.verdict.equal;
  }
}
