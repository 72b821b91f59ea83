import type { Bytes } from './bytes';

/** BOCSU: differences of neighbouring code points in one to four bytes of 3…255, whose order is that of code points. */
const MIN = 3;
const TAIL = 253;
const MIDDLE = 0x81;
const REACH_1 = 80;
const REACH_2 = 42 * TAIL + 41;
const REACH_3 = 3 * TAIL * TAIL + 2 * TAIL + (TAIL - 1);
const START_UP_2 = MIDDLE + REACH_1 + 1;
const START_UP_3 = START_UP_2 + 42;
const START_DOWN_2 = MIDDLE - REACH_1;
const START_DOWN_3 = START_DOWN_2 - 42;

const MERGE_SEPARATOR = 0xfffe;

/** @param text in normal form D; half a surrogate pair is stored as U+FFFD */
export function writeCodePoints(text: string, target: Bytes): void {
  let previous = 0;
  for (const character of text) {
    const stored = character.codePointAt(0)!;
    const point = stored >= 0xd800 && stored < 0xe000 ? 0xfffd : stored;
    // From the middle of its block, or of all Han characters, every other one is near.
    if (previous < 0x4e00 || previous >= 0xa000) previous = (previous & ~0x7f) + REACH_1;
    else previous = 0x9fff - REACH_2;
    if (point === MERGE_SEPARATOR) {
      target.push(2);
      previous = 0;
    } else {
      writeDifference(point - previous, target);
      previous = point;
    }
  }
}

function writeDifference(difference: number, target: Bytes): void {
  if (difference >= -REACH_1 && difference <= REACH_1) return target.push(MIDDLE + difference);
  const size =
    difference > 0 ? sizeOf(difference, REACH_2, REACH_3) : sizeOf(-difference, REACH_2 + 1, REACH_3 + 1);
  const tail: number[] = [];
  let rest = difference;
  for (let step = 1; step < size; step++) {
    const quotient = Math.floor(rest / TAIL);
    tail.unshift(MIN + rest - quotient * TAIL);
    rest = quotient;
  }
  if (size === 4) target.push(difference > 0 ? 0xff : MIN);
  else if (difference > 0) target.push((size === 2 ? START_UP_2 : START_UP_3) + rest);
  else target.push((size === 2 ? START_DOWN_2 : START_DOWN_3) + rest);
  for (const byte of tail) target.push(byte);
}

function sizeOf(distance: number, reach2: number, reach3: number): number {
  return distance <= reach2 ? 2 : distance <= reach3 ? 3 : 4;
}
