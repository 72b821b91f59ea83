import { invalidPattern } from './source';

/**
 * Capture groups of a pattern: PCRE's numbers and names, and the JavaScript group that stands for each. The two differ
 * because atomic groups need JavaScript groups of their own.
 */
export class Groups {
  /** JavaScript's number by PCRE's, from 1. */
  readonly #numbers: number[] = [];
  readonly #names = new Map<string, number>();
  #used = 0;

  /** How many of PCRE's groups were opened so far. */
  get opened(): number {
    return this.#numbers.length;
  }

  open(name?: string): void {
    this.#numbers.push(++this.#used);
    if (name === undefined) return;
    if (this.#names.has(name)) throw invalidPattern('two named subpatterns have the same name');
    this.#names.set(name, this.#numbers.length);
  }

  /** A JavaScript group that PCRE does not know of. */
  openHidden(): number {
    return ++this.#used;
  }

  /** JavaScript's number of a group that may be opened later in the pattern; ask when the pattern has been read. */
  resolve(reference: number | string): number {
    const number = typeof reference === 'number' ? reference : this.#names.get(reference);
    const group = number === undefined ? undefined : this.#numbers[number - 1];
    if (group === undefined) throw invalidPattern('reference to non-existent subpattern');
    return group;
  }
}
