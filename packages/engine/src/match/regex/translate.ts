import { Atoms, MixedCase } from './atoms';
import type { CaseMode } from './atoms';
import { Groups } from './groups';
import type { Piece } from './groups';
import { openGroup } from './group-syntax';
import { invalidPattern, Source } from './source';
import type { Flags } from './source';
import { atom } from './term';
import type { Term } from './term';

/**
 * Translates a PCRE pattern into a JavaScript regular expression that accepts the same strings.
 *
 * JavaScript's `m` and `s` flags are never used, because their idea of a line's end differs; `u` always, because mongod
 * matches characters and not UTF-16 units.
 *
 * @throws CommandError 51091 for patterns that PCRE refuses, and for constructs nothing in JavaScript stands for.
 */
export function translatePattern(pattern: string, flags: Flags): RegExp {
  const source = new Source(pattern);
  const initial = leadingOptions(source, flags);
  const start = source.at;
  try {
    return new Translation(source, initial.ignoreCase).regExp(initial);
  } catch (error) {
    if (!(error instanceof MixedCase)) throw error;
    source.at = start;
    return new Translation(source, 'expanded').regExp(initial);
  }
}

/** `(?i)` at the very start holds for the whole pattern. */
function leadingOptions(source: Source, flags: Flags): Flags {
  const match = source.take(/(?:\(\?[imsx]+\))+/y);
  return match ? changed(flags, match[0], '') : flags;
}

function changed(flags: Flags, on: string, off: string): Flags {
  const state = (letter: string, now: boolean) => (now || on.includes(letter)) && !off.includes(letter);
  return {
    ignoreCase: state('i', flags.ignoreCase),
    multiline: state('m', flags.multiline),
    dotAll: state('s', flags.dotAll),
    extended: state('x', flags.extended),
  };
}

/**
 * JavaScript starts matches between the two halves of a character beyond U+FFFF too, where nothing can match but the
 * absence of something.
 */
const BETWEEN_CHARACTERS = '(?<=^|[^\\u{d800}-\\u{dbff}])(?=$|[^\\u{dc00}-\\u{dfff}])';

interface Quantifier {
  readonly text: string;
  readonly possessive: boolean;
  readonly optional: boolean;
}

class Translation {
  readonly #groups = new Groups();
  readonly #atoms: Atoms;

  constructor(
    private readonly source: Source,
    private readonly ignoreCase: CaseMode,
  ) {
    this.#atoms = new Atoms(source, this.#groups, ignoreCase);
  }

  regExp(flags: Flags): RegExp {
    const pieces = this.#alternatives(flags);
    if (!this.source.done) throw invalidPattern('unmatched parentheses');
    const text = this.#groups.text(pieces);
    const guarded = /\(\?<?!|\\B/.test(text) ? `${BETWEEN_CHARACTERS}(?:${text})` : text;
    return new RegExp(guarded, this.ignoreCase === true ? 'iu' : 'u');
  }

  /** Reads up to the end of the group (or pattern): alternatives of sequences. */
  #alternatives(flags: Flags): Piece[] {
    const { source } = this;
    const before = this.#groups.certain();
    const ends: ReadonlySet<number>[] = [];
    const pieces: Piece[] = [];
    while (!source.done && source.peek() !== ')') {
      if (source.skip('|')) {
        pieces.push('|');
        ends.push(this.#groups.certain());
        this.#groups.restore(before);
        continue;
      }
      const options = source.take(/\(\?([imsx]*)(?:-([imsx]*))?\)/y);
      if (options) flags = this.#changed(flags, options[1]!, options[2] ?? '');
      else this.#term(flags, pieces);
    }
    const certain = [...this.#groups.certain()].filter((group) => ends.every((end) => end.has(group)));
    this.#groups.restore(new Set(certain));
    return pieces;
  }

  #changed(flags: Flags, on: string, off: string): Flags {
    const result = changed(flags, on, off);
    if (this.ignoreCase !== 'expanded' && result.ignoreCase !== this.ignoreCase) throw new MixedCase();
    return result;
  }

  /** One atom or assertion, with its quantifier. */
  #term(flags: Flags, pieces: Piece[]): void {
    const { source } = this;
    const certain = this.#groups.certain();
    const term = source.skip('\\Q') ? this.#quotation(flags, pieces) : this.#atom(flags);
    if (term === undefined) return;
    this.#skipIgnored(flags);
    const quantifier = this.#quantifier();
    if (quantifier === undefined) {
      pieces.push(...term.pieces);
      return;
    }
    if (!term.repeatable) throw invalidPattern('nothing to repeat');
    if (quantifier.optional) this.#groups.restore(certain);
    const repeated: Piece[] = ['(?:', ...term.pieces, ')', quantifier.text];
    pieces.push(...(quantifier.possessive ? this.#atomic(repeated) : repeated));
    this.#skipIgnored(flags);
    if (this.#quantifier()) throw invalidPattern('nothing to repeat');
  }

  /** What once matched is not given back: a lookahead captures it, and a reference consumes it. */
  #atomic(inner: readonly Piece[]): Piece[] {
    const opening = this.#groups.openHidden();
    return ['(?=', opening, ...inner, '))', { hidden: opening.opens }];
  }

  /** `\Q…\E`: a quantifier after it is for the last character. */
  #quotation(flags: Flags, pieces: Piece[]): Term | undefined {
    const { source } = this;
    let last: string | undefined;
    while (!source.done && !source.skip('\\E')) {
      if (last !== undefined) pieces.push(last);
      last = this.#atoms.character(source.next().codePointAt(0)!, flags);
    }
    return last === undefined ? undefined : atom(last);
  }

  #skipIgnored(flags: Flags): void {
    const ignored = flags.extended ? /[\t-\r ]+|#[^\n]*\n?|\(\?#[^)]*\)|\\E/y : /\(\?#[^)]*\)|\\E/y;
    while (this.source.take(ignored));
  }

  #quantifier(): Quantifier | undefined {
    const match = this.source.take(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})/y);
    if (!match) return undefined;
    const [text, sign, least, , most] = match;
    if (sign === undefined) {
      if (Number(least) > 65535 || Number(most ?? 0) > 65535)
        throw invalidPattern('number too big in {} quantifier');
      if (most && Number(most) < Number(least)) throw invalidPattern('numbers out of order in {} quantifier');
    }
    const mode = this.source.take(/(?:\(\?#[^)]*\))*([?+])/y)?.[1];
    const optional = sign === undefined ? Number(least) === 0 : sign !== '+';
    return { text: mode === '?' ? `${text}?` : text, possessive: mode === '+', optional };
  }

  #atom(flags: Flags): Term | undefined {
    const { source } = this;
    const before = source.at;
    this.#skipIgnored(flags);
    if (source.at > before) return undefined;
    if (this.#quantifier()) throw invalidPattern('nothing to repeat');
    const character = source.next();
    return character === '(' ? this.#group(flags) : this.#atoms.read(character, flags);
  }

  #group(flags: Flags): Term {
    const start = openGroup(this.source);
    switch (start.kind) {
      case 'capture': {
        const { opening, number } = this.#groups.open(start.name);
        const inner = this.#closed(flags);
        this.#groups.close(number);
        return { pieces: [opening, ...inner, ')'], repeatable: true };
      }
      case 'atomic':
        return { pieces: this.#atomic(this.#closed(flags)), repeatable: true };
      case 'reference':
        return atom(this.#groups.reference(start.name));
      case 'plain': {
        const inner = this.#closed(this.#changed(flags, start.on, start.off));
        return { pieces: ['(?:', ...inner, ')'], repeatable: true };
      }
      case 'look': {
        const certain = this.#groups.certain();
        // PCRE makes a verb of (?!), which cannot be repeated, unless a quantifier follows it.
        const isVerb =
          start.text === '(?!' &&
          /^\)(?![*+?]|\{\d+(?:,\d*)?\})/.test(this.source.text.slice(this.source.at));
        const inner = this.#closed(flags);
        if (start.text.endsWith('!')) this.#groups.restore(certain);
        return { pieces: [start.text, ...inner, ')'], repeatable: !isVerb };
      }
    }
  }

  #closed(flags: Flags): Piece[] {
    const inner = this.#alternatives(flags);
    if (!this.source.skip(')')) throw invalidPattern('missing )');
    return inner;
  }
}
