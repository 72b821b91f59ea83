import type { Language } from './languages';
import { INSENSITIVE, termsOf, wordsOf, type Sensitivity } from './tokens';

/** What a search string asks for. */
export interface TextQuery {
  readonly language: Language;
  readonly sensitivity: Sensitivity;
  /** Terms of which a document must have one; as an index holds them. */
  readonly terms: readonly string[];
  /** The same, as sensitive as was asked. */
  readonly exactTerms: ReadonlySet<string>;
  /** Terms that a document must not have. */
  readonly negatedTerms: ReadonlySet<string>;
  /** Texts that a document must hold, and such as it must not. */
  readonly phrases: readonly string[];
  readonly negatedPhrases: readonly string[];
}

/** Reads a search string: words, "phrases", and -what is not wanted. */
export function parseTextQuery(search: string, language: Language, sensitivity: Sensitivity): TextQuery {
  let positive = '';
  let negative = '';
  const phrases: string[] = [];
  const negatedPhrases: string[] = [];
  let isNegated = false;
  let phraseFrom = -1;
  for (const { text, start, isWord, afterSpace } of pieces(search, language)) {
    // What is not wanted follows its sign at once.
    if (afterSpace && phraseFrom < 0) isNegated = false;
    if (isWord) {
      if (isNegated) negative += phraseFrom < 0 ? ` ${text}` : '';
      else positive += ` ${text}`;
      if (phraseFrom < 0) isNegated = false;
    } else if (text === '-') {
      if (phraseFrom < 0 && afterSpace) isNegated = true;
    } else if (text === '"') {
      if (phraseFrom < 0) {
        phraseFrom = start + 1;
        continue;
      }
      if (start > phraseFrom) (isNegated ? negatedPhrases : phrases).push(search.slice(phraseFrom, start));
      phraseFrom = -1;
      isNegated = false;
    }
  }
  return {
    language,
    sensitivity,
    terms: [...new Set(termsOf(positive, language, INSENSITIVE))].sort(),
    exactTerms: new Set(termsOf(positive, language, sensitivity)),
    negatedTerms: new Set(termsOf(negative, language, sensitivity)),
    phrases,
    negatedPhrases,
  };
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly isWord: boolean;
  /** It comes first, or white space is before it. */
  readonly afterSpace: boolean;
}

/** Words, and the characters between them. */
function* pieces(search: string, language: Language): Generator<Piece> {
  let at = 0;
  const between = function* (end: number): Generator<Piece> {
    for (; at < end; at++) {
      const text = search[at]!;
      if (!/\s/.test(text)) yield { text, start: at, isWord: false, afterSpace: isSpace(search, at - 1) };
    }
  };
  for (const word of wordsOf(search, language)) {
    const start = search.indexOf(word, at);
    yield* between(start);
    yield { text: word, start, isWord: true, afterSpace: isSpace(search, start - 1) };
    at = start + word.length;
  }
  yield* between(search.length);
}

function isSpace(search: string, at: number): boolean {
  return at < 0 || /\s/.test(search[at]!);
}
