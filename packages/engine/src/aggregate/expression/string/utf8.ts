/** Number of UTF-8 bytes of a string. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** Number of code points of a string. */
export function codePointLength(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length - 1; index++) if (isSurrogatePair(text, index)) length--;
  return length;
}

/** The UTF-16 index at which the code point with this number starts; the string's length if there are fewer. */
export function indexOfCodePoint(text: string, number: number): number {
  let index = 0;
  for (let passed = 0; passed < number && index < text.length; passed++)
    index += isSurrogatePair(text, index) ? 2 : 1;
  return index;
}

/** How many code points precede a UTF-16 index. */
export function codePointsBefore(text: string, index: number): number {
  return codePointLength(text.slice(0, index));
}

function isSurrogatePair(text: string, index: number): boolean {
  return (text.codePointAt(index) as number) > 0xffff;
}

const UPPER = /[a-z]+/g;
const LOWER = /[A-Z]+/g;

/** ASCII letters only, as mongod does it. */
export function asciiUpperCase(text: string): string {
  return text.replace(UPPER, (letters) => letters.toUpperCase());
}

export function asciiLowerCase(text: string): string {
  return text.replace(LOWER, (letters) => letters.toLowerCase());
}
