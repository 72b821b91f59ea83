const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

/** Little-endian double at `at`. (A DataView per document would cost more than the eight copies.) */
export function doubleAt(bytes: Uint8Array, at: number): number {
  doubleBytes[0] = bytes[at]!;
  doubleBytes[1] = bytes[at + 1]!;
  doubleBytes[2] = bytes[at + 2]!;
  doubleBytes[3] = bytes[at + 3]!;
  doubleBytes[4] = bytes[at + 4]!;
  doubleBytes[5] = bytes[at + 5]!;
  doubleBytes[6] = bytes[at + 6]!;
  doubleBytes[7] = bytes[at + 7]!;
  return double[0]!;
}
