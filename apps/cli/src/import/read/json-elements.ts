import { MalformedInputError } from '../errors';

/** One top-level document's text, and where it begins. */
export interface JsonElement {
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** True when it was cut off because it grew too long. */
  readonly isCut?: boolean;
}

const Byte = {
  newline: 10,
  quote: 34,
  comma: 44,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125,
} as const;

/** MongoDB takes documents of 16 MiB; as canonical Extended JSON they can be several times as long. */
const LONGEST = 256 * 1024 * 1024;

type Expecting = 'start' | 'first' | 'document' | 'separator' | 'sequence' | 'nothing';

/**
 * Cuts JSON text into its top-level documents: the items of one array, or documents one after another (NDJSON, or
 * printed over several lines). It looks at bytes, for JSON's structure is ASCII, and only tells where documents begin
 * and end; whether they are well formed is for the parser to say.
 */
export class JsonElements {
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #expecting: Expecting = 'start';
  // The document being scanned.
  #from = -1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;
  #column = 1;
  // Where `#at` is. Bytes that go on a character are not columns.
  #currentLine = 1;
  #lineStart = 0;
  #continuations = 0;
  #found = 0;
  /** What is wrong between two documents: told after the documents before it, which may be wrong themselves. */
  #failure: MalformedInputError | undefined;

  constructor(private readonly source: string) {}

  /** The documents that end in this chunk. @throws MalformedInputError for what cannot stand between documents */
  push(chunk: Buffer): JsonElement[] {
    if (this.#failure !== undefined) throw this.#failure;
    const kept = this.#from >= 0 ? this.#from : this.#at;
    this.#buffer = kept < this.#buffer.length ? Buffer.concat([this.#buffer.subarray(kept), chunk]) : chunk;
    this.#at -= kept;
    this.#lineStart -= kept;
    if (this.#from >= 0) this.#from = 0;
    const elements: JsonElement[] = [];
    while (this.#at < this.#buffer.length && this.#failure === undefined) {
      if (this.#from < 0) this.#between();
      else if (this.#within()) elements.push(this.#take());
    }
    if (this.#from >= 0 && this.#buffer.length - this.#from > LONGEST) {
      elements.push({ ...this.#take(), isCut: true });
    }
    return elements;
  }

  /** What is left at the end. @throws MalformedInputError if an array has no end */
  end(): JsonElement[] {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#from >= 0) return [this.#take()];
    if (this.#expecting === 'first' || this.#expecting === 'document' || this.#expecting === 'separator') {
      throw this.#error("the input ends before the array's ']'");
    }
    return [];
  }

  /** One byte between documents. */
  #between(): void {
    const byte = this.#buffer[this.#at]!;
    if (byte === Byte.newline) this.#newline();
    if (isSpace(byte) || this.#isByteOrderMark(byte)) {
      this.#at++;
      return;
    }
    switch (this.#expecting) {
      case 'start':
        if (byte === Byte.openBracket) return this.#step('first');
        this.#expecting = 'sequence';
        return;
      case 'first':
        if (byte === Byte.closeBracket) return this.#step('nothing');
        return this.#begin(byte);
      case 'document':
      case 'sequence':
        return this.#begin(byte);
      case 'separator':
        if (byte === Byte.comma) return this.#step('document');
        if (byte === Byte.closeBracket) return this.#step('nothing');
        return this.#fail(`expected ',' or ']' after a document, found ${this.#shown(byte)}`);
      case 'nothing':
        return this.#fail(`text follows the end of the array: ${this.#shown(byte)}`);
    }
  }

  #step(next: Expecting): void {
    this.#expecting = next;
    this.#at++;
  }

  #begin(byte: number): void {
    if (byte !== Byte.openBrace) return this.#fail(`expected a document ('{'), found ${this.#shown(byte)}`);
    this.#from = this.#at;
    this.#line = this.#currentLine;
    this.#column = this.#at - this.#lineStart - this.#continuations + 1;
    this.#depth = 0;
  }

  /** Scans on in a document; true at its end, with `#at` behind it. */
  #within(): boolean {
    const buffer = this.#buffer;
    const { length } = buffer;
    let at = this.#at;
    for (; at < length; at++) {
      const byte = buffer[at]!;
      if ((byte & 0xc0) === 0x80) this.#continuations++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === Byte.backslash) this.#escaped = true;
        else if (byte === Byte.quote) this.#inString = false;
        // A string does not go over a line's end; one that seems to has lost its quote, and the parser says so.
        else if (byte === Byte.newline) {
          this.#at = at;
          this.#newline();
        }
      } else if (byte === Byte.quote) {
        this.#inString = true;
      } else if (byte === Byte.openBrace || byte === Byte.openBracket) {
        this.#depth++;
      } else if (byte === Byte.closeBrace || byte === Byte.closeBracket) {
        if (--this.#depth === 0) {
          this.#at = at + 1;
          return true;
        }
      } else if (byte === Byte.newline) {
        this.#at = at;
        this.#newline();
      }
    }
    this.#at = at;
    return false;
  }

  #take(): JsonElement {
    const text = this.#buffer.toString('utf8', this.#from, this.#at);
    this.#from = -1;
    this.#inString = false;
    this.#escaped = false;
    if (this.#expecting !== 'sequence') this.#expecting = 'separator';
    this.#found++;
    return { text, line: this.#line, column: this.#column };
  }

  /** `#at` is at a line's end. */
  #newline(): void {
    this.#currentLine++;
    this.#lineStart = this.#at + 1;
    this.#continuations = 0;
  }

  #isByteOrderMark(byte: number): boolean {
    return this.#expecting === 'start' && (byte === 0xef || byte === 0xbb || byte === 0xbf);
  }

  #shown(byte: number): string {
    return byte > 32 && byte < 127
      ? `'${String.fromCharCode(byte)}'`
      : `byte 0x${byte.toString(16).padStart(2, '0')}`;
  }

  #fail(problem: string): void {
    this.#failure = this.#error(problem);
  }

  #error(problem: string): MalformedInputError {
    const column = this.#at - this.#lineStart - this.#continuations + 1;
    const place = { line: this.#currentLine, column, document: this.#found + 1 };
    return new MalformedInputError(this.source, place, problem);
  }
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}
