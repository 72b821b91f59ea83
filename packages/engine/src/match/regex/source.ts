import { CommandError } from '../../handler/errors';

/** Which options are on at a point of the pattern; an inline `(?i)` changes them for the rest of its group. */
export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
}

/** A reading position in a PCRE pattern. */
export class Source {
  at = 0;

  constructor(readonly text: string) {}

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character (a whole code point); '' at the end. */
  peek(): string {
    const code = this.text.codePointAt(this.at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  next(): string {
    const character = this.peek();
    this.at += character.length;
    return character;
  }

  /** Whether `text` comes next; if so, moves past it. */
  skip(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** The match of a sticky expression here, and moves past it. */
  take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const match = expression.exec(this.text);
    if (match) this.at += match[0].length;
    return match;
  }
}

/** mongod's error for a pattern that PCRE refuses. */
export function invalidPattern(reason: string): CommandError {
  return new CommandError(51091, `Regular expression is invalid: ${reason}`);
}

/** Our own limit: valid in PCRE, but nothing in JavaScript stands for it. */
export function unsupportedPattern(construct: string): CommandError {
  return invalidPattern(`${construct} is not supported`);
}
