/** Inclusive ranges of code points. */
export type Ranges = readonly (readonly [number, number])[];

const LAST = 0x10ffff;

/** PCRE's shorthands. Without (*UCP), which mongod does not set, \d \s \w and the POSIX classes are ASCII. */
export const DIGITS: Ranges = [[0x30, 0x39]];
export const SPACES: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
];
export const WORDS: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
export const HORIZONTAL_SPACES: Ranges = [
  [0x09, 0x09],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x180e, 0x180e],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];
export const VERTICAL_SPACES: Ranges = [
  [0x0a, 0x0d],
  [0x85, 0x85],
  [0x2028, 0x2029],
];

export const POSIX_CLASSES: ReadonlyMap<string, Ranges> = new Map<string, Ranges>([
  [
    'alpha',
    [
      [0x41, 0x5a],
      [0x61, 0x7a],
    ],
  ],
  ['lower', [[0x61, 0x7a]]],
  ['upper', [[0x41, 0x5a]]],
  [
    'alnum',
    [
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x61, 0x7a],
    ],
  ],
  ['ascii', [[0x00, 0x7f]]],
  [
    'blank',
    [
      [0x09, 0x09],
      [0x20, 0x20],
    ],
  ],
  [
    'cntrl',
    [
      [0x00, 0x1f],
      [0x7f, 0x7f],
    ],
  ],
  ['digit', DIGITS],
  ['graph', [[0x21, 0x7e]]],
  ['print', [[0x20, 0x7e]]],
  [
    'punct',
    [
      [0x21, 0x2f],
      [0x3a, 0x40],
      [0x5b, 0x60],
      [0x7b, 0x7e],
    ],
  ],
  ['space', SPACES],
  ['word', WORDS],
  [
    'xdigit',
    [
      [0x30, 0x39],
      [0x41, 0x46],
      [0x61, 0x66],
    ],
  ],
]);

/** Everything that is in none of the ranges, which must be in order. */
export function complement(ranges: Ranges): Ranges {
  const gaps: [number, number][] = [];
  let from = 0;
  for (const [first, last] of ranges) {
    if (first > from) gaps.push([from, first - 1]);
    from = last + 1;
  }
  if (from <= LAST) gaps.push([from, LAST]);
  return gaps;
}

/** The ranges as the inside of a JavaScript character class. */
export function classText(ranges: Ranges): string {
  return ranges
    .map(([first, last]) => (first === last ? codeText(first) : `${codeText(first)}-${codeText(last)}`))
    .join('');
}

/** A code point, written so that it means itself inside and outside of a character class. */
export function codeText(code: number): string {
  const character = String.fromCodePoint(code);
  return /^[A-Za-z0-9 _]$/.test(character) ? character : `\\u{${code.toString(16)}}`;
}

/** The ranges and the other case of each of their letters. */
export function withOtherCase(ranges: Ranges): Ranges {
  const others: [number, number][] = [];
  for (const [first, last] of ranges) {
    // Long ranges are scripts or complements; only their ASCII part is worth expanding.
    const end = last - first > 2000 ? Math.min(last, 0x7f) : last;
    for (let code = first; code <= end; code++) {
      for (const other of otherCases(code)) others.push([other, other]);
    }
  }
  return [...ranges, ...others];
}

function otherCases(code: number): number[] {
  const character = String.fromCodePoint(code);
  return [character.toLowerCase(), character.toUpperCase()]
    .filter((other) => other !== character && [...other].length === 1)
    .map((other) => other.codePointAt(0)!);
}
