import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeValue } from '../expression/describe';
import { isNullish } from '../expression/truth';
import type { Accumulator } from './accumulator';

/** `$mergeObjects`: later fields replace earlier ones in their place. */
export class MergeObjectsAccumulator implements Accumulator {
  private readonly merged: Doc = new Map();

  add(value: Value | undefined): void {
    if (isNullish(value)) return;
    if (!(value instanceof Map)) {
      throw new CommandError(
        40400,
        `$mergeObjects requires object inputs, but input ${describeValue(value)} is of type ${bsonTypeName(value)}`,
      );
    }
    for (const [name, field] of value) this.merged.set(name, field);
  }

  result(): Value {
    return new Map(this.merged);
  }
}
