import { POSIX_ITEM, readCharacterClass } from './character-class';
import { octal, readEscape } from './escape';
import type { Groups } from './groups';
import { classText, codeText, withOtherCase } from './ranges';
import { invalidPattern, unsupportedPattern } from './source';
import type { Flags, Source } from './source';
import { assertion, atom } from './term';
import type { Term } from './term';

/** Thrown when a pattern turns out to need case expanded letter by letter; the translation then starts over. */
export class MixedCase extends Error {}

/** Whether JavaScript's `i` is on for the whole expression; `expanded`: it is off, and letters are expanded. */
export type CaseMode = boolean | 'expanded';

/** Translates what is neither a group nor a quantifier. */
export class Atoms {
  constructor(
    private readonly source: Source,
    private readonly groups: Groups,
    private readonly ignoreCase: CaseMode,
  ) {}

  /** The atom that starts with `character`, which was just read. */
  read(character: string, flags: Flags): Term {
    switch (character) {
      case '^':
        return assertion(flags.multiline ? '(?:^|(?<=\\n)(?!$))' : '^');
      case '$':
        return assertion(flags.multiline ? '(?=\\n|$)' : '(?=\\n?$)');
      case '.':
        return atom(flags.dotAll ? '[^]' : '[^\\n]');
      case '[':
        return this.characterClass(flags);
      case '\\':
        return this.escape(flags);
      default:
        return atom(this.character(character.codePointAt(0)!, flags));
    }
  }

  character(code: number, flags: Flags): string {
    if (!flags.ignoreCase || this.ignoreCase !== 'expanded') return codeText(code);
    const ranges = withOtherCase([[code, code]]);
    return ranges.length === 1 ? codeText(code) : `[${classText(ranges)}]`;
  }

  private characterClass(flags: Flags): Term {
    const posix = this.source.take(POSIX_ITEM);
    if (posix?.[1] === ':') throw invalidPattern('POSIX named classes are supported only within a class');
    if (posix) throw invalidPattern('POSIX collating elements are not supported');
    const text = readCharacterClass(this.source, flags.ignoreCase && this.ignoreCase === 'expanded');
    if (this.ignoreCase === true && /\\p/i.test(text)) throw new MixedCase();
    return atom(text);
  }

  private escape(flags: Flags): Term {
    const { source } = this;
    const letter = source.next();
    if (/\d/.test(letter)) return this.digits(letter, flags);
    switch (letter) {
      case 'A':
      case 'G':
        return assertion('^');
      case 'Z':
        return assertion('(?=\\n?$)');
      case 'z':
        return assertion('$');
      case 'b':
      case 'B':
        return assertion(`\\${letter}`);
      case 'K':
        return assertion('');
      case 'N':
        if (/^\{(?!\d+(?:,\d*)?\})/.test(source.text.slice(source.at))) {
          throw invalidPattern('PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u');
        }
        return atom('[^\\n]');
      case 'R':
        return atom('(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])');
      case 'C':
      case 'X':
        throw unsupportedPattern(`\\${letter}`);
      case 'g':
      case 'k':
        return this.reference(letter);
    }
    const escape = readEscape(source, letter);
    if (escape.kind === 'character') return atom(this.character(escape.code, flags));
    if (escape.kind === 'ranges') return atom(`[${classText(escape.ranges)}]`);
    // Ignoring case does not extend to \p{Lu} in PCRE; in JavaScript it does.
    if (this.ignoreCase === true) throw new MixedCase();
    return atom(`[${escape.text}]`);
  }

  /** `\1`: a reference to a group; `\012`: a character. */
  private digits(first: string, flags: Flags): Term {
    const { source } = this;
    const start = source.at;
    const number = Number(first + source.take(/\d*/y)![0]);
    if (first !== '0' && (number < 8 || number <= this.groups.opened)) return this.referenceTo(number, flags);
    source.at = start;
    if (first === '8' || first === '9') return atom(first);
    return atom(this.character(octal(source, first, 2), flags));
  }

  private reference(letter: string): Term {
    const { source, groups } = this;
    const relative = letter === 'g' ? source.take(/(?:\{(-?\d+)\}|(-?\d+))/y) : null;
    if (relative) {
      const number = Number(relative[1] ?? relative[2]);
      return atom(groups.reference(number < 0 ? groups.opened + 1 + number : number));
    }
    const named = source.take(letter === 'g' ? /\{(\w+)\}/y : /(?:\{(\w+)\}|<(\w+)>|'(\w+)')/y);
    if (named) return atom(groups.reference((named[1] ?? named[2] ?? named[3])!));
    if (letter === 'g') throw unsupportedPattern('a subroutine call');
    throw invalidPattern('\\k is not followed by a braced, angle-bracketed, or quoted name');
  }

  private referenceTo(number: number, flags: Flags): Term {
    if (flags.ignoreCase && this.ignoreCase === 'expanded') {
      throw unsupportedPattern(
        'a reference that ignores case in a pattern that does not ignore it everywhere',
      );
    }
    return atom(this.groups.reference(number));
  }
}
