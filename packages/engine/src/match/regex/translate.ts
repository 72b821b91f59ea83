import { readCharacterClass } from './character-class';
import { octal, readEscape } from './escape';
import { Groups } from './groups';
import { openGroup } from './group-syntax';
import { classText, codeText, withOtherCase } from './ranges';
import { invalidPattern, Source, unsupportedPattern } from './source';
import type { Flags } from './source';

/** A piece of the translation: text, or a reference to a group whose number is known only at the end. */
type Piece = string | { readonly group: number | string };

/** Thrown inside when a pattern turns out to need case expanded letter by letter; never leaves this file. */
class MixedCase extends Error {}

/**
 * Translates a PCRE pattern into a JavaScript regular expression that accepts the same strings.
 *
 * JavaScript's `m` and `s` flags are never used, because their idea of a line's end differs; `u` always, because mongod
 * matches characters and not UTF-16 units.
 *
 * @throws CommandError 51091 for patterns that PCRE refuses, and for constructs nothing in JavaScript stands for.
 */
export function translatePattern(pattern: string, flags: Flags): RegExp {
  try {
    return new Translation(pattern, flags, flags.ignoreCase).regExp();
  } catch (error) {
    if (!(error instanceof MixedCase)) throw error;
    return new Translation(pattern, flags, undefined).regExp();
  }
}

class Translation {
  readonly #source: Source;
  readonly #groups = new Groups();
  readonly #flags: Flags;
  /** Whether JavaScript's `i` is on for the whole expression; undefined: it is off, and letters are expanded. */
  readonly #ignoreCase: boolean | undefined;

  constructor(pattern: string, flags: Flags, ignoreCase: boolean | undefined) {
    this.#source = new Source(pattern);
    this.#ignoreCase = ignoreCase;
    this.#flags = this.#leadingOptions(flags);
    if (ignoreCase !== undefined) this.#ignoreCase = this.#flags.ignoreCase;
  }

  regExp(): RegExp {
    const pieces = this.#alternatives(this.#flags);
    if (!this.#source.done) throw invalidPattern('unmatched parentheses');
    const text = pieces.map((piece) => this.#text(piece)).join('');
    return new RegExp(text, this.#ignoreCase ? 'iu' : 'u');
  }

  #text(piece: Piece): string {
    return typeof piece === 'string' ? piece : `(?:\\${this.#groups.resolve(piece.group)})`;
  }

  /** `(?i)` at the very start holds for the whole pattern, so it needs no expansion. */
  #leadingOptions(flags: Flags): Flags {
    const match = this.#source.take(/(?:\(\?[imsx]+\))+/y);
    if (!match) return flags;
    return {
      ignoreCase: flags.ignoreCase || match[0].includes('i'),
      multiline: flags.multiline || match[0].includes('m'),
      dotAll: flags.dotAll || match[0].includes('s'),
      extended: flags.extended || match[0].includes('x'),
    };
  }

  /** Reads up to the end of the group (or pattern): alternatives of sequences. */
  #alternatives(flags: Flags): Piece[] {
    const source = this.#source;
    const pieces: Piece[] = [];
    while (!source.done && source.peek() !== ')') {
      if (source.skip('|')) {
        pieces.push('|');
        continue;
      }
      const options = source.take(/\(\?([imsx]*)(?:-([imsx]*))?\)/y);
      if (options) {
        flags = this.#changed(flags, options[1]!, options[2] ?? '');
        continue;
      }
      this.#term(flags, pieces);
    }
    return pieces;
  }

  #changed(flags: Flags, on: string, off: string): Flags {
    const state = (letter: string, now: boolean) => (now || on.includes(letter)) && !off.includes(letter);
    const changed: Flags = {
      ignoreCase: state('i', flags.ignoreCase),
      multiline: state('m', flags.multiline),
      dotAll: state('s', flags.dotAll),
      extended: state('x', flags.extended),
    };
    if (this.#ignoreCase !== undefined && changed.ignoreCase !== this.#ignoreCase) throw new MixedCase();
    return changed;
  }

  /** One atom or assertion, with its quantifier. */
  #term(flags: Flags, pieces: Piece[]): void {
    const source = this.#source;
    if (source.skip('\\Q')) {
      this.#quotation(flags, pieces);
      return;
    }
    const term = this.#atom(flags);
    if (term === undefined) return;
    this.#skipIgnored(flags);
    const quantifier = this.#quantifier();
    if (quantifier === undefined) {
      pieces.push(...term.pieces);
      return;
    }
    if (!term.repeatable) throw invalidPattern('nothing to repeat');
    const atom: Piece[] = ['(?:', ...term.pieces, ')'];
    if (quantifier.possessive) pieces.push(...this.#atomic([...atom, quantifier.text]));
    else pieces.push(...atom, quantifier.text);
    this.#skipIgnored(flags);
    if (this.#quantifier()) throw invalidPattern('nothing to repeat');
  }

  /** What once matched is not given back: a lookahead captures it, and a reference consumes it. */
  #atomic(inner: readonly Piece[], hidden = this.#groups.openHidden()): Piece[] {
    return ['(?=(', ...inner, `))(?:\\${hidden})`];
  }

  #quotation(flags: Flags, pieces: Piece[]): void {
    const source = this.#source;
    while (!source.done && !source.skip('\\E'))
      pieces.push(this.#character(source.next().codePointAt(0)!, flags));
  }

  #skipIgnored(flags: Flags): void {
    while (
      this.#source.take(flags.extended ? /[\t-\r ]+|#[^\n]*\n?|\(\?#[^)]*\)|\\E/y : /\(\?#[^)]*\)|\\E/y)
    );
  }

  #quantifier(): { text: string; possessive: boolean } | undefined {
    const match = this.#source.take(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})([?+]?)/y);
    if (!match) return undefined;
    const [, sign, least, , most, mode = ''] = match;
    if (sign === undefined) {
      if (Number(least) > 65535 || Number(most ?? 0) > 65535)
        throw invalidPattern('number too big in {} quantifier');
      if (most && Number(most) < Number(least)) throw invalidPattern('numbers out of order in {} quantifier');
    }
    const text = match[0].slice(0, match[0].length - mode.length);
    return { text: mode === '?' ? `${text}?` : text, possessive: mode === '+' };
  }

  #atom(flags: Flags): { pieces: Piece[]; repeatable: boolean } | undefined {
    const source = this.#source;
    const before = source.at;
    this.#skipIgnored(flags);
    if (source.at > before) return undefined;
    if (this.#quantifier()) throw invalidPattern('nothing to repeat');
    const character = source.next();
    switch (character) {
      case '^':
        return assertion(flags.multiline ? '(?:^|(?<=\\n)(?!$))' : '^');
      case '$':
        return assertion(flags.multiline ? '(?=\\n|$)' : '(?=\\n?$)');
      case '.':
        return atom(flags.dotAll ? '[^]' : '[^\\n]');
      case '[':
        if (source.take(/:\^?\w*:\]/y))
          throw invalidPattern('POSIX named classes are supported only within a class');
        return atom(readCharacterClass(source, flags.ignoreCase && this.#ignoreCase === undefined));
      case '(':
        return this.#group(flags);
      case '\\':
        return this.#escape(flags);
      default:
        return atom(this.#character(character.codePointAt(0)!, flags));
    }
  }

  #group(flags: Flags): { pieces: Piece[]; repeatable: boolean } {
    const start = openGroup(this.#source);
    switch (start.kind) {
      case 'capture':
        this.#groups.open(start.name);
        return { pieces: ['(', ...this.#closed(flags), ')'], repeatable: true };
      case 'atomic': {
        const hidden = this.#groups.openHidden();
        return { pieces: this.#atomic(this.#closed(flags), hidden), repeatable: true };
      }
      case 'reference':
        return { pieces: [{ group: start.name }], repeatable: true };
      case 'plain': {
        const inner = this.#closed(this.#changed(flags, start.on, start.off));
        return { pieces: ['(?:', ...inner, ')'], repeatable: true };
      }
      case 'look':
        return { pieces: [start.text, ...this.#closed(flags), ')'], repeatable: true };
    }
  }

  #closed(flags: Flags): Piece[] {
    const inner = this.#alternatives(flags);
    if (!this.#source.skip(')')) throw invalidPattern('missing )');
    return inner;
  }

  #escape(flags: Flags): { pieces: Piece[]; repeatable: boolean } {
    const source = this.#source;
    const letter = source.next();
    if (/\d/.test(letter)) return this.#digits(letter, flags);
    switch (letter) {
      case 'A':
      case 'G':
        return assertion('(?<![^])');
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
        if (source.peek() === '{')
          throw invalidPattern('PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u');
        return atom('[^\\n]');
      case 'R':
        return atom('(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])');
      case 'C':
      case 'X':
        throw unsupportedPattern(`\\${letter}`);
      case 'g':
      case 'k':
        return this.#reference(letter);
    }
    const escape = readEscape(source, letter);
    if (escape.kind === 'character') return atom(this.#character(escape.code, flags));
    return atom(`[${escape.kind === 'ranges' ? classText(escape.ranges) : escape.text}]`);
  }

  /** `\1`: a reference to a group; `\012`: a character. */
  #digits(first: string, flags: Flags): { pieces: Piece[]; repeatable: boolean } {
    const source = this.#source;
    const start = source.at;
    const number = Number(first + source.take(/\d*/y)![0]);
    if (first !== '0' && (number < 8 || number <= this.#groups.opened)) return atom({ group: number });
    source.at = start;
    if (first === '8' || first === '9') return atom(first);
    return atom(this.#character(octal(source, first, 2), flags));
  }

  #reference(letter: string): { pieces: Piece[]; repeatable: boolean } {
    const relative = letter === 'g' ? this.#source.take(/(?:\{(-?\d+)\}|(-?\d+))/y) : null;
    if (relative) {
      const number = Number(relative[1] ?? relative[2]);
      return atom({ group: number < 0 ? this.#groups.opened + 1 + number : number });
    }
    const named = this.#source.take(letter === 'g' ? /\{(\w+)\}/y : /(?:\{(\w+)\}|<(\w+)>|'(\w+)')/y);
    if (named) return atom({ group: (named[1] ?? named[2] ?? named[3])! });
    if (letter === 'g') throw unsupportedPattern('a subroutine call');
    throw invalidPattern('\\k is not followed by a braced, angle-bracketed, or quoted name');
  }

  #character(code: number, flags: Flags): string {
    if (!flags.ignoreCase || this.#ignoreCase !== undefined) return codeText(code);
    const ranges = withOtherCase([[code, code]]);
    return ranges.length === 1 ? codeText(code) : `[${classText(ranges)}]`;
  }
}

function atom(piece: Piece): { pieces: Piece[]; repeatable: boolean } {
  return { pieces: [piece], repeatable: true };
}

function assertion(text: string): { pieces: Piece[]; repeatable: boolean } {
  return { pieces: [text], repeatable: false };
}
