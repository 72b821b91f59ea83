import type { Doc, Value } from '@argon/bson';
import type { Random } from './random';

const TEXTS = [
  'a',
  'b',
  'A',
  'B',
  'aa',
  'ab',
  'ba',
  '1',
  '12',
  ' ',
  '\n',
  '\t',
  '_',
  '-',
  '.',
  'é',
  'É',
  'ß',
  '\u{1f600}',
  '日',
];
const CLASSES = [
  '\\d',
  '\\D',
  '\\w',
  '\\W',
  '\\s',
  '\\S',
  '\\h',
  '\\H',
  '\\v',
  '\\V',
  '\\N',
  '\\R',
  '\\pL',
  '\\p{Lu}',
  '\\P{L}',
  '\\p{^N}',
];
const IN_CLASS = [
  'a',
  'b',
  'a-c',
  '0-9',
  '\\d',
  '\\w',
  '\\s',
  '\\S',
  '^',
  '-',
  '\\]',
  '[:alpha:]',
  '[:^digit:]',
  'é',
  '.',
  '\\n',
  '\\x41',
  'A-Z',
  '\\D',
];
const ANCHORS = ['^', '$', '\\b', '\\B', '\\A', '\\z', '\\Z'];
// Without `?+`: PCRE does give back what (?:a|b)?+ matched.
const QUANTIFIERS = [
  '*',
  '+',
  '?',
  '{1}',
  '{1,2}',
  '{0,1}',
  '{2,}',
  '*?',
  '+?',
  '??',
  '*+',
  '++',
  '{,2}',
  '{2,1}',
];
const ESCAPES = [
  '\\.',
  '\\n',
  '\\t',
  '\\x61',
  '\\x{e9}',
  '\\101',
  '\\-',
  '\\ ',
  '\\Qa.b\\E',
  '\\e',
  '\\1',
  '\\é',
  '(?#note)',
];

/** Random PCRE patterns, most of them valid, and documents with short texts that they may match. */
export class RandomPatterns {
  #groups = 0;

  constructor(private readonly random: Random) {}

  documents(size: number): Doc[] {
    return Array.from(
      { length: size },
      (_, id) =>
        new Map<string, Value>([
          ['_id', id],
          ['text', this.text()],
        ]),
    );
  }

  filter(): Doc {
    const { random } = this;
    this.#groups = 0;
    const pattern = this.alternatives(2);
    const options = random.pick(['', '', '', 'i', 'm', 's', 'x', 'im', 'is', 'imsx']);
    return new Map([
      [
        'text',
        new Map<string, Value>([
          ['$regex', pattern],
          ['$options', options],
        ]),
      ],
    ]);
  }

  private text(): string {
    return this.random.many(0, 5, () => this.random.pick(TEXTS)).join('');
  }

  private alternatives(depth: number): string {
    return this.random.many(1, this.random.chance(0.2) ? 3 : 1, () => this.sequence(depth)).join('|');
  }

  private sequence(depth: number): string {
    return this.random.many(0, 3, () => this.term(depth)).join('');
  }

  private term(depth: number): string {
    const { random } = this;
    if (random.chance(0.12)) return random.pick(ANCHORS);
    const atom = this.atom(depth);
    return random.chance(0.35) ? atom + random.pick(QUANTIFIERS) : atom;
  }

  private atom(depth: number): string {
    const { random } = this;
    const kind = random.next();
    if (kind < 0.4) return random.pick(TEXTS.filter((text) => text !== '.'));
    if (kind < 0.48) return '.';
    if (kind < 0.6) return random.pick(CLASSES);
    if (kind < 0.72)
      return `[${random.chance(0.3) ? '^' : ''}${random.many(1, 3, () => random.pick(IN_CLASS)).join('')}]`;
    if (kind < 0.8) return random.pick(ESCAPES);
    if (depth === 0) return 'a';
    const inner = this.alternatives(depth - 1);
    if (kind > 0.97 && this.#groups > 0) return `\\${1 + random.below(this.#groups)}`;
    switch (random.below(9)) {
      case 0:
        return `(?:${inner})`;
      case 1:
        return `(?=${inner})`;
      case 2:
        return `(?!${inner})`;
      case 3:
        return `(?>${inner})`;
      case 4:
        return `(?i)${inner}`;
      case 5:
        return `(?${random.pick(['i', 's', 'm', '-i', 'x', 'i-s'])}:${inner})`;
      case 6:
        return `(?<name${this.#groups++}>${inner})`;
      default:
        this.#groups++;
        return `(${inner})`;
    }
  }
}
