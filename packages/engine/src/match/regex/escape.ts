import { complement, DIGITS, HORIZONTAL_SPACES, SPACES, VERTICAL_SPACES, WORDS } from './ranges';
import type { Ranges } from './ranges';
import { invalidPattern, unsupportedPattern } from './source';
import type { Source } from './source';

/** What an escape that means the same inside and outside of a class stands for. */
export type Escape =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'ranges'; readonly ranges: Ranges }
  | { readonly kind: 'property'; readonly text: string };

const CONTROLS: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

const SHORTHANDS: ReadonlyMap<string, Ranges> = new Map([
  ['d', DIGITS],
  ['D', complement(DIGITS)],
  ['s', SPACES],
  ['S', complement(SPACES)],
  ['w', WORDS],
  ['W', complement(WORDS)],
  ['h', HORIZONTAL_SPACES],
  ['H', complement(HORIZONTAL_SPACES)],
  ['v', VERTICAL_SPACES],
  ['V', complement(VERTICAL_SPACES)],
]);

/** Reads the escape whose backslash was just read and whose letter is `letter`. */
export function readEscape(source: Source, letter: string): Escape {
  const shorthand = SHORTHANDS.get(letter);
  if (shorthand) return { kind: 'ranges', ranges: shorthand };
  const control = CONTROLS[letter];
  if (control !== undefined) return { kind: 'character', code: control };
  switch (letter) {
    case '':
      throw invalidPattern('\\ at end of pattern');
    case 'c':
      return { kind: 'character', code: controlCharacter(source) };
    case 'x':
      return { kind: 'character', code: hexadecimal(source) };
    case 'o':
      return { kind: 'character', code: bracedOctal(source) };
    case 'p':
    case 'P':
      return { kind: 'property', text: unicodeProperty(source, letter === 'P') };
    case 'L':
    case 'l':
    case 'U':
    case 'u':
      throw invalidPattern('PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u');
    default:
      return { kind: 'character', code: letter.codePointAt(0)! };
  }
}

function controlCharacter(source: Source): number {
  const character = source.next();
  if (character === '') throw invalidPattern('\\c at end of pattern');
  const code = character.toUpperCase().charCodeAt(0);
  if (code > 127) throw invalidPattern('\\c must be followed by an ASCII character');
  return code ^ 0x40;
}

function hexadecimal(source: Source): number {
  const braced = source.take(/\{([0-9A-Fa-f]+)\}/y);
  if (braced) return checkedCode(parseInt(braced[1]!, 16));
  return parseInt(source.take(/[0-9A-Fa-f]{0,2}/y)![0] || '0', 16);
}

function bracedOctal(source: Source): number {
  const braced = source.take(/\{([0-7]+)\}/y);
  if (!braced) throw invalidPattern('missing opening brace after \\o');
  return checkedCode(parseInt(braced[1]!, 8));
}

function checkedCode(code: number): number {
  if (code > 0x10ffff) throw invalidPattern('character value in \\x{} or \\o{} is too large');
  if (code >= 0xd800 && code <= 0xdfff)
    throw invalidPattern('disallowed Unicode code point (>= 0xd800 && <= 0xdfff)');
  return code;
}

/** Up to `most` octal digits, the first of which may already have been read. */
export function octal(source: Source, first: string, most: number): number {
  const digits = first + source.take(most === 2 ? /[0-7]{0,2}/y : /[0-7]{0,1}/y)![0];
  return parseInt(digits, 8);
}

const SPECIAL_PROPERTIES: Readonly<Record<string, readonly [string, string]>> = {
  Any: ['\\s\\S', ''],
  'L&': ['\\p{Lu}\\p{Ll}\\p{Lt}', ''],
  Xan: ['\\p{L}\\p{N}', ''],
  Xwd: ['\\p{L}\\p{N}_', ''],
  Xsp: ['\\p{Z}\\t-\\r', ''],
  Xps: ['\\p{Z}\\t-\\r', ''],
};

/** `\p{Lu}`, `\pL`, `\p{^Greek}` as the text of a JavaScript class item. */
function unicodeProperty(source: Source, negative: boolean): string {
  const match = source.take(/\{(\^?)([^}]*)\}|([A-Za-z])/y);
  if (!match) throw invalidPattern('malformed \\P or \\p sequence');
  const name = match[2] ?? match[3]!;
  const escape = negative !== (match[1] === '^') ? '\\P' : '\\p';
  const special = SPECIAL_PROPERTIES[name];
  if (special) {
    if (escape === '\\P') throw unsupportedPattern(`\\P{${name}}`);
    return special[0];
  }
  for (const property of [`{${name}}`, `{Script=${name}}`]) {
    if (/^[A-Z][a-z]?$/.test(name) === property.includes('=')) continue;
    try {
      new RegExp(`\\p${property}`, 'u');
      return `${escape}${property}`;
    } catch {
      // Not one of JavaScript's names.
    }
  }
  throw invalidPattern('unknown property name after \\P or \\p');
}
