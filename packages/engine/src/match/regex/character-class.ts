import { octal, readEscape } from './escape';
import { classText, complement, POSIX_CLASSES, withOtherCase } from './ranges';
import type { Ranges } from './ranges';
import { invalidPattern } from './source';
import type { Source } from './source';

/** What PCRE takes for `:name:]`, `.name.]` or `=name=]`, which belong inside of a class and after a `[`. */
export const POSIX_ITEM = /([:.=])(?:(?!\1\]|\[\1)(?:\\[\]\\]|[^\]]))*\1\]/y;

/**
 * Reads a PCRE character class, whose `[` was just read, and writes it for JavaScript.
 *
 * @param expandCase - Add the other case of every letter (where the whole expression cannot ignore case).
 */
export function readCharacterClass(source: Source, expandCase: boolean): string {
  const negative = source.skip('^');
  const ranges: [number, number][] = [];
  let properties = '';
  let first = true;
  let quoted = false;
  for (;;) {
    if (source.done) throw invalidPattern('missing terminating ] for character class');
    if (!quoted && source.peek() === ']' && !first) break;
    if (!quoted && source.skip('\\Q')) {
      quoted = true;
      continue;
    }
    if (source.skip('\\E')) {
      quoted = false;
      continue;
    }
    first = false;
    const item = quoted ? source.next().codePointAt(0)! : readItem(source);
    if (typeof item !== 'number') {
      if ('text' in item) properties += item.text;
      else ranges.push(...(item.ranges as [number, number][]));
      continue;
    }
    const last = quoted ? undefined : rangeEnd(source);
    if (last !== undefined && last < item) throw invalidPattern('range out of order in character class');
    ranges.push([item, last ?? item]);
  }
  source.next();
  const text = classText(expandCase ? withOtherCase(ranges) : ranges) + properties;
  return `[${negative ? '^' : ''}${text}]`;
}

type Item = number | { readonly ranges: Ranges } | { readonly text: string };

function readItem(source: Source): Item {
  const character = source.next();
  if (character === '[') {
    const [posix = ''] = source.take(POSIX_ITEM) ?? [];
    if (posix.startsWith(':')) return { ranges: posixClass(posix.slice(1, -2)) };
    if (posix !== '') throw invalidPattern('POSIX collating elements are not supported');
  }
  if (character !== '\\') return character.codePointAt(0)!;
  const letter = source.next();
  if (letter === 'b') return 8;
  if (/[0-7]/.test(letter)) return octal(source, letter, 2);
  if ('BRX'.includes(letter) && letter !== '')
    throw invalidPattern('invalid escape sequence in character class');
  if (letter === 'N') throw invalidPattern('\\N is not supported in a class');
  const escape = readEscape(source, letter);
  switch (escape.kind) {
    case 'character':
      return escape.code;
    case 'ranges':
      return { ranges: escape.ranges };
    case 'property':
      return { text: escape.text };
  }
}

function posixClass(text: string): Ranges {
  const negative = text.startsWith('^');
  const ranges = POSIX_CLASSES.get(negative ? text.slice(1) : text);
  if (!ranges) throw invalidPattern('unknown POSIX class name');
  return negative ? complement(ranges) : ranges;
}

/** The end of a range `a-z` whose start was read; undefined if none follows: `-` may also stand for itself. */
function rangeEnd(source: Source): number | undefined {
  const start = source.at;
  if (!source.skip('-') || source.peek() === ']' || source.done) {
    source.at = start;
    return undefined;
  }
  const item = readItem(source);
  if (typeof item === 'number') return item;
  throw invalidPattern('invalid range in character class');
}
