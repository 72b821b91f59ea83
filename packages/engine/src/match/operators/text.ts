import { bsonTypeName, decodeDocument, isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { languageNamed, type Language } from '../../text/languages';
import { parseTextQuery, type TextQuery } from '../../text/query';
import type { TextIndex } from '../../text/text-index';
import type { Container, MatchNode } from '../node';
import type { FilterParser } from '../parse/parser';

/** `$text`: which texts count, the collection's text index says, so it is told of that before it is asked. */
export class TextNode implements MatchNode {
  #index: TextIndex | undefined;
  #query: TextQuery | undefined;

  constructor(
    readonly operand: Doc,
    readonly search: string,
    private readonly language: Language | undefined,
    private readonly toCase: boolean,
    private readonly toDiacritics: boolean,
  ) {}

  /** Undefined until somebody has told of it. */
  get index(): TextIndex | undefined {
    return this.#index;
  }

  /** What is looked for, once the index is known. */
  get query(): TextQuery | undefined {
    return this.#query;
  }

  use(index: TextIndex): void {
    this.#index = index;
    const { toCase, toDiacritics } = this;
    this.#query = parseTextQuery(this.search, this.language ?? index.language, { toCase, toDiacritics });
  }

  /** @throws CommandError IndexNotFound where nobody has told of an index */
  score(document: Doc): number | undefined {
    if (this.#index === undefined) throw withoutIndex();
    return this.#index.score(document, this.#query!);
  }

  /** The operand with all that was left out. */
  explained(): Doc {
    return new Map<string, Value>([
      ['$search', this.search],
      ['$language', (this.language ?? this.#index?.language)?.name ?? 'english'],
      ['$caseSensitive', this.toCase],
      ['$diacriticSensitive', this.toDiacritics],
    ]);
  }

  decoded(document: Container): boolean {
    return document instanceof Map && this.score(document) !== undefined;
  }

  raw(bytes: Uint8Array, offset: number): boolean {
    return this.decoded(decodeDocument(offset === 0 ? bytes : bytes.subarray(offset)));
  }
}

/** @param missing - The collection that there is not. */
export function withoutIndex(missing?: string): CommandError {
  const why = missing === undefined ? '' : ` (no such collection '${missing}')`;
  return new CommandError('IndexNotFound', `text index required for $text query${why}`);
}

export function textNode(operand: Value, parser: FilterParser): TextNode {
  if (parser.isNested) {
    throw new CommandError('BadValue', '$text can only be applied to the top-level document');
  }
  if (!(operand instanceof Map)) throw new CommandError('BadValue', '$text expects an object');
  const search = stringOf(operand, '$search');
  if (search === undefined) throw new CommandError('NoSuchKey', 'Missing expected field "$search"');
  const name = stringOf(operand, '$language');
  const language = name === undefined || name === '' ? undefined : languageNamed(name);
  if (name !== undefined && name !== '' && language === undefined) {
    throw new CommandError('BadValue', `unsupported language: "${name}" for text index version 3`);
  }
  const toCase = flagOf(operand, '$caseSensitive');
  const toDiacritics = flagOf(operand, '$diacriticSensitive');
  const known = new Set(['$search', '$language', '$caseSensitive', '$diacriticSensitive']);
  if ([...operand.keys()].some((field) => !known.has(field))) {
    throw new CommandError('BadValue', 'extra fields in $text');
  }
  const node = new TextNode(operand, search, language, toCase, toDiacritics);
  parser.scope.texts?.push(node);
  return node;
}

function stringOf(operand: Doc, field: string): string | undefined {
  const value = operand.get(field);
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(field, 'string', value);
}

function flagOf(operand: Doc, field: string): boolean {
  const value = operand.get(field) ?? false;
  if (typeof value === 'boolean') return value;
  if (isNumber(value)) return toNumber(value) !== 0;
  throw wrongType(field, 'bool', value);
}

function wrongType(field: string, expected: string, value: Value): CommandError {
  return new CommandError(
    'TypeMismatch',
    `"${field}" had the wrong type. Expected ${expected}, found ${bsonTypeName(value)}`,
  );
}
