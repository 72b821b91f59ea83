import { EjsonSyntaxError } from './error';

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Reads JSON's tokens from a text, knowing where it is. */
export class Scanner {
  offset = 0;

  constructor(readonly text: string) {
    if (text.startsWith('\ufeff')) this.offset = 1;
  }

  fail(problem: string, offset = this.offset): never {
    throw new EjsonSyntaxError(problem, this.text, offset);
  }

  /** Skips white space and returns the next character without taking it; '' at the end. */
  peek(): string {
    const { text } = this;
    let at = this.offset;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break;
    }
    this.offset = at;
    return text[at] ?? '';
  }

  /** Takes the next character if it is this one. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.offset++;
    return true;
  }

  expect(character: string, where: string): void {
    if (!this.take(character)) this.fail(`expected '${character}' ${where}, found ${this.found()}`);
  }

  /** What comes next, for messages. */
  found(): string {
    const next = this.peek();
    return next === '' ? 'the end of the text' : `'${next}'`;
  }

  /** Takes this word (`true`, `null`, …). */
  word(word: string): void {
    if (
      !this.text.startsWith(word, this.offset) ||
      /[\w$]/.test(this.text[this.offset + word.length] ?? '')
    ) {
      this.fail(`expected a value, found ${this.found()}`);
    }
    this.offset += word.length;
  }

  /** Takes a number and returns it as it is written. */
  number(): string {
    const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text)?.[0];
    if (match === undefined) this.fail(`expected a value, found ${this.found()}`);
    const after = this.text[this.offset + match.length] ?? '';
    if (/[\w.+-]/.test(after)) this.fail('a number is malformed');
    this.offset += match.length;
    return match;
  }

  /** Takes a string, the opening quote included. */
  string(): string {
    const { text } = this;
    const opening = this.offset;
    let result = '';
    let from = opening + 1;
    for (let at = from; ;) {
      const code = text.charCodeAt(at);
      if (Number.isNaN(code)) this.fail('a string has no closing quote', opening);
      if (code === 34) {
        this.offset = at + 1;
        result += text.slice(from, at);
        if (!isWellFormed(result)) this.fail('a string holds half of a surrogate pair', opening);
        return result;
      }
      if (code < 32) this.fail('a string holds a control character; write it as an escape', at);
      if (code !== 92) {
        at++;
        continue;
      }
      result += text.slice(from, at) + this.#escape(at);
      at += text[at + 1] === 'u' ? 6 : 2;
      from = at;
    }
  }

  #escape(at: number): string {
    const kind = this.text[at + 1] ?? '';
    if (kind === 'u') {
      const digits = this.text.slice(at + 2, at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail('\\u is not followed by four hexadecimal digits', at);
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    return ESCAPES[kind] ?? this.fail(`'\\${kind}' is not an escape`, at);
  }
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text);
}
