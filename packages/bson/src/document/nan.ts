import { Double } from 'bson';

/** The NaN that JavaScript's numbers stand for: positive and quiet, as drivers and mongod write it. */
const CANONICAL = Buffer.from([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);

/** A NaN with other bits (x86 makes negative ones, for example), kept so that it is written as it was read. */
export class OtherNaN extends Double {
  constructor(readonly bits: Uint8Array) {
    super(Number.NaN);
  }
}

/** The NaN in these 8 bytes. */
export function readNaN(bits: Uint8Array): number | OtherNaN {
  return CANONICAL.equals(bits) ? Number.NaN : new OtherNaN(Uint8Array.from(bits));
}

/** The 8 bytes of a NaN. */
export function nanBits(value: number | Double): Uint8Array {
  return value instanceof OtherNaN ? value.bits : CANONICAL;
}
