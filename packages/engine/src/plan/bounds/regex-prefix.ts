import { BSONRegExp, idKey } from '@argon/bson';
import { cut, interval, point, union, type Interval, type Intervals } from './interval';

const SPECIAL = new Set('^$.*+?()[]{}|\\');

/** The texts that a pattern can match, the regular expression that equals it besides; and whether these all match. */
export function regexBounds(pattern: string, options: string): { intervals: Intervals; exact: boolean } {
  const { prefix, exact } = literalPrefix(pattern, options);
  const texts: Interval = prefix === '' ? interval('', true, new Map(), false) : beginningWith(prefix);
  return { intervals: union([[texts], [point(new BSONRegExp(pattern, options))]]), exact };
}

/** All texts, and the regular expression that equals a pattern. */
export function anyText(pattern: string, options: string): Intervals {
  return union([[interval('', true, new Map(), false)], [point(new BSONRegExp(pattern, options))]]);
}

/** Texts that begin with this one. */
function beginningWith(prefix: string): Interval {
  // The key of a text less the two bytes that end it.
  const key = idKey(prefix).slice(0, -2);
  const { position, inverted } = cut(prefix, true, key);
  // Shown as mongod does: up to the text whose last character is the next one, excluded.
  return { low: cut(prefix, false, key), high: { position, inverted, value: next(prefix), after: false } };
}

function next(text: string): string {
  return text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1);
}

/** What every match begins with, if the pattern is anchored and begins with plain characters. */
function literalPrefix(pattern: string, options: string): { prefix: string; exact: boolean } {
  const none = { prefix: '', exact: false };
  const anchor = pattern.startsWith('^') ? 1 : pattern.startsWith('\\A') ? 2 : 0;
  if (anchor === 0 || /[ix]/.test(options) || (anchor === 1 && options.includes('m'))) return none;
  if (pattern.includes('|')) return none;
  let prefix = '';
  let at = anchor;
  while (at < pattern.length) {
    let char = pattern[at]!;
    let length = 1;
    if (char === '\\') {
      const escaped = pattern[at + 1];
      // \d, \b, \Q … are not the character itself.
      if (escaped === undefined || /[\w\u0080-\uffff]/.test(escaped)) break;
      char = escaped;
      length = 2;
    } else if (SPECIAL.has(char)) break;
    // A surrogate pair, or a character that may be repeated no times, is not taken in part.
    if (char >= '\ud800' && char <= '\udfff') break;
    if (/[*?{]/.test(pattern[at + length] ?? '')) break;
    prefix += char;
    at += length;
  }
  return { prefix, exact: prefix !== '' && at === pattern.length && options === '' };
}
