import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import type { IndexDefinition } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import { fieldsBeside, refuseArraysBeside } from './arrays-beside';
import { languageNamed, type Language } from './languages';
import { folded, INSENSITIVE, stemsOf, termsOf } from './tokens';
import type { TextQuery } from './query';

/** A text of a document, as a text index takes it. */
interface IndexedText {
  readonly text: string;
  readonly language: Language;
  readonly weight: number;
}

const EVERYTHING = '$**';

/** A text index: which texts of a document are in it, and how much each counts. */
export class TextIndex {
  readonly #weights: ReadonlyMap<string, number>;
  readonly #everything: number | undefined;
  readonly #override: string;
  readonly #language: Language;
  readonly #beside: readonly string[];

  constructor(readonly definition: IndexDefinition) {
    const { specification } = definition;
    const weights = specification.get('weights') as Doc;
    this.#weights = new Map(
      [...weights].map(([path, weight]) => [path, isNumber(weight) ? toNumber(weight) : 1]),
    );
    this.#everything = this.#weights.get(EVERYTHING);
    this.#override = specification.get('language_override') as string;
    this.#language = languageNamed(specification.get('default_language') as string)!;
    this.#beside = fieldsBeside(definition);
  }

  get language(): Language {
    return this.#language;
  }

  /**
   * How well a document meets a query: the more often it has its terms, and the less else; undefined if it does not.
   * @throws CommandError 17261, 17262
   */
  score(document: Doc, query: TextQuery): number | undefined {
    const texts = [...this.#texts(document, '', this.#language)];
    const scores = texts.map(scoresOf);
    let total: number | undefined;
    // Term by term, for the last digits to be mongod's.
    for (const term of query.terms) {
      const points = scores.flatMap((each) => each.get(term) ?? []);
      if (points.length > 0) total = (total ?? 0) + points.reduce((sum, each) => sum + each, 0);
    }
    return total !== undefined && isMet(texts, query) ? total : undefined;
  }

  /**
   * What each term that a document has is worth in it. Of a language that there is not, it has those of the language
   * around it: such a document came past the check.
   */
  worth(document: Doc): ReadonlyMap<string, number> {
    const worth = new Map<string, number>();
    for (const text of this.#texts(document, '', this.#language, true)) {
      for (const [term, points] of scoresOf(text)) worth.set(term, (worth.get(term) ?? 0) + points);
    }
    return worth;
  }

  /**
   * @throws CommandError for a document that the index cannot hold: it has an array beside the texts, or names a
   * language that there is not
   */
  check(document: Doc): void {
    refuseArraysBeside(this.#beside, document);
    for (const each of this.#texts(document, '', this.#language)) void each;
  }

  *#texts(document: Doc, prefix: string, outer: Language, isLenient = false): Generator<IndexedText> {
    const language = this.#languageOf(document, outer, isLenient);
    for (const [field, value] of document) {
      // The name of the language says nothing else.
      if (field === this.#override) continue;
      const path = prefix === '' ? field : `${prefix}.${field}`;
      if (this.#holds(path)) yield* this.#in(value, path, language, isLenient);
    }
  }

  *#in(value: Value, path: string, language: Language, isLenient: boolean): Generator<IndexedText> {
    if (typeof value === 'string') {
      const weight = this.#weights.get(path) ?? this.#everything;
      if (weight !== undefined) yield { text: value, language, weight };
    } else if (value instanceof Map) yield* this.#texts(value, path, language, isLenient);
    else if (Array.isArray(value)) {
      for (const item of value) if (!Array.isArray(item)) yield* this.#in(item, path, language, isLenient);
    }
  }

  /** Whether there may be texts at a path, or below it. */
  #holds(path: string): boolean {
    if (this.#everything !== undefined || this.#weights.has(path)) return true;
    for (const held of this.#weights.keys()) if (held.startsWith(`${path}.`)) return true;
    return false;
  }

  #languageOf(document: Doc, outer: Language, isLenient: boolean): Language {
    const named = document.get(this.#override);
    if (named === undefined) return outer;
    if (isLenient) return (typeof named === 'string' ? languageNamed(named) : undefined) ?? outer;
    if (typeof named !== 'string') {
      throw new CommandError(17261, 'found language override field in document with non-string type');
    }
    const language = languageNamed(named);
    if (language === undefined) throw new CommandError(17262, `language override unsupported: ${named}`);
    return language;
  }
}

/** What each term of a text is worth, as mongod reckons it. */
function scoresOf({ text, language, weight }: IndexedText): Map<string, number> {
  const terms = termsOf(text, language, INSENSITIVE);
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const scores = new Map<string, number>();
  for (const [term, count] of counts) {
    // Each further time counts half as much as the one before.
    let frequency = 0;
    for (let i = 0, share = 1; i < count; i++, share *= 2) frequency += 1 / share;
    const part = (0.5 * count) / terms.length + 0.5;
    const isAll = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) === term;
    scores.set(term, weight * frequency * part * (isAll ? 1.1 : 1));
  }
  return scores;
}

/** What is asked beyond having a term. */
function isMet(texts: readonly IndexedText[], query: TextQuery): boolean {
  const { sensitivity, exactTerms, negatedTerms, phrases, negatedPhrases } = query;
  const some = (terms: ReadonlySet<string>): boolean =>
    texts.some(({ text, language }) => stemsOf(text, language, sensitivity).some((term) => terms.has(term)));
  const isSensitive = sensitivity.toCase || sensitivity.toDiacritics;
  if (isSensitive && !some(exactTerms)) return false;
  if (negatedTerms.size > 0 && some(negatedTerms)) return false;
  const holds = (phrase: string): boolean => {
    const wanted = folded(phrase, sensitivity);
    return texts.some(({ text }) => folded(text, sensitivity).includes(wanted));
  };
  return phrases.every(holds) && !negatedPhrases.some(holds);
}
