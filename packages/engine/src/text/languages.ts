import { DANISH } from './stop-words/danish';
import { DUTCH } from './stop-words/dutch';
import { ENGLISH } from './stop-words/english';
import { FINNISH } from './stop-words/finnish';
import { FRENCH } from './stop-words/french';
import { GERMAN } from './stop-words/german';
import { HUNGARIAN } from './stop-words/hungarian';
import { ITALIAN } from './stop-words/italian';
import { NORWEGIAN } from './stop-words/norwegian';
import { PORTUGUESE } from './stop-words/portuguese';
import { ROMANIAN } from './stop-words/romanian';
import { RUSSIAN } from './stop-words/russian';
import { SPANISH } from './stop-words/spanish';
import { SWEDISH } from './stop-words/swedish';
import { TURKISH } from './stop-words/turkish';
import { newStemmer, type Stemmer } from 'snowball-stemmers';

/** How texts of a language are taken apart. */
export interface Language {
  readonly name: string;
  /** Whether a word, in lower case, is left out. */
  isStopWord(word: string): boolean;
  /** What a word, in lower case or not, has in common with its other forms. */
  stem(word: string): string;
}

const LANGUAGES: readonly (readonly [name: string, code: string, stopWords: string])[] = [
  ['danish', 'da', DANISH],
  ['dutch', 'nl', DUTCH],
  ['english', 'en', ENGLISH],
  ['finnish', 'fi', FINNISH],
  ['french', 'fr', FRENCH],
  ['german', 'de', GERMAN],
  ['hungarian', 'hu', HUNGARIAN],
  ['italian', 'it', ITALIAN],
  ['norwegian', 'nb', NORWEGIAN],
  ['portuguese', 'pt', PORTUGUESE],
  ['romanian', 'ro', ROMANIAN],
  ['russian', 'ru', RUSSIAN],
  ['spanish', 'es', SPANISH],
  ['swedish', 'sv', SWEDISH],
  ['turkish', 'tr', TURKISH],
];

/** Words as they are. */
const NONE: Language = { name: 'none', isStopWord: () => false, stem: (word) => word };

const FOUND = new Map<string, Language>([['none', NONE]]);

/** A language by its name or code, however written; undefined if it is none that mongod's indexes of version 3 know. */
export function languageNamed(name: string): Language | undefined {
  const wanted = name.toLowerCase();
  const found = FOUND.get(wanted);
  if (found !== undefined) return found;
  const entry = LANGUAGES.find(([full, code]) => full === wanted || code === wanted);
  if (entry === undefined) return undefined;
  const language = FOUND.get(entry[0]) ?? new SnowballLanguage(entry[0], entry[2]);
  FOUND.set(entry[0], language).set(entry[1], language);
  return language;
}

/** Stems remembered, for words come again and again. */
const MOST_STEMS = 20_000;

class SnowballLanguage implements Language {
  readonly #stopWords: ReadonlySet<string>;
  readonly #stemmer: Stemmer;
  readonly #stems = new Map<string, string>();

  constructor(
    readonly name: string,
    stopWords: string,
  ) {
    this.#stopWords = new Set(stopWords.trim().split(/\s+/));
    this.#stemmer = newStemmer(name);
  }

  isStopWord(word: string): boolean {
    return this.#stopWords.has(word);
  }

  stem(word: string): string {
    let stem = this.#stems.get(word);
    if (stem === undefined) {
      if (this.#stems.size >= MOST_STEMS) this.#stems.clear();
      this.#stems.set(word, (stem = this.#stemmer.stem(word)));
    }
    return stem;
  }
}
