import type { Value } from '@argon/bson';
import type { Position, ValueTest } from './node';
import { decodeAt } from './walk/bytes';

/** A test that has no faster way with an encoded value than to decode it. */
export abstract class DecodingTest implements ValueTest {
  abstract decoded(value: Value | undefined, position?: Position): boolean;

  raw(bytes: Uint8Array, type: number, start: number, position?: Position): boolean {
    return this.decoded(decodeAt(bytes, type, start), position);
  }
}
