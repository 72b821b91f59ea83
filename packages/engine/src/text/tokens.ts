import type { Language } from './languages';

export interface Sensitivity {
  readonly toCase: boolean;
  readonly toDiacritics: boolean;
}

export const INSENSITIVE: Sensitivity = { toCase: false, toDiacritics: false };

const DELIMITER = String.raw`\p{Pattern_Syntax}\p{Dash}\p{Quotation_Mark}\p{Terminal_Punctuation}\p{White_Space}\u00ad\u30fb\uff65\0`;
const WORDS = new RegExp(`[^${DELIMITER}]+`, 'gu');
/** An apostrophe is part of an English word. */
const ENGLISH_WORDS = new RegExp(`(?:[^${DELIMITER}]|')+`, 'gu');

/** The words of a text. */
export function wordsOf(text: string, language: Language): readonly string[] {
  return text.match(language.name === 'english' ? ENGLISH_WORDS : WORDS) ?? [];
}

/** The terms of a text: the stems of its words, without those that say too little. */
export function termsOf(text: string, language: Language, sensitivity: Sensitivity): string[] {
  return stemsOf(text, language, sensitivity, (word) => !language.isStopWord(word));
}

/** The stems of a text's words. @param isTaken - Of a word in lower case; default: all are. */
export function stemsOf(
  text: string,
  language: Language,
  { toCase, toDiacritics }: Sensitivity,
  isTaken: (word: string) => boolean = () => true,
): string[] {
  const terms: string[] = [];
  for (const word of wordsOf(text, language)) {
    const lower = lowered(word, language);
    if (!isTaken(lower)) continue;
    const stem = language.stem(toCase ? word : lower);
    terms.push(toDiacritics ? stem : withoutDiacritics(stem));
  }
  return terms;
}

/** A text as phrases are looked for in it. */
export function folded(text: string, { toCase, toDiacritics }: Sensitivity): string {
  const plain = toDiacritics ? text : withoutDiacritics(text);
  return toCase ? plain : plain.toLowerCase();
}

function lowered(word: string, language: Language): string {
  return language.name === 'turkish' ? word.toLocaleLowerCase('tr') : word.toLowerCase();
}

function withoutDiacritics(text: string): string {
  // Most texts have none.
  if (/^[\0-\x7f]*$/.test(text)) return text;
  return text
    .normalize('NFD')
    .replace(/[\p{M}\p{Diacritic}]/gu, '')
    .normalize('NFC');
}
