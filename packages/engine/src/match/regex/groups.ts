import { invalidPattern, unsupportedPattern } from './source';

/** Where a JavaScript group opens. */
export interface Opening {
  readonly opens: number;
}

/** A reference to one of PCRE's groups, which may be opened later in the pattern; or to a hidden group. */
export type Reference =
  | {
      readonly group: number | string;
      /** Whether the group has matched whenever the reference is reached. */
      readonly certain: boolean;
    }
  | { readonly hidden: number };

/** A piece of a translation. */
export type Piece = string | Opening | Reference;

/**
 * Capture groups of a pattern: PCRE's numbers and names, and the JavaScript group that stands for each. The two differ
 * because atomic groups need JavaScript groups of their own.
 *
 * A reference to a group that has not matched fails in PCRE, and matches nothing in JavaScript, which also forgets
 * groups when a repetition goes round. So only references to groups that certainly have matched can be translated.
 */
export class Groups {
  /** By PCRE's number, from 1: the id of the JavaScript group that stands for it. */
  readonly #ids: number[] = [];
  readonly #names = new Map<string, number>();
  #lastId = 0;
  /** Groups that have matched on every way to the current point. */
  #certain: ReadonlySet<number> = new Set();

  /** How many of PCRE's groups were opened so far. */
  get opened(): number {
    return this.#ids.length;
  }

  /** A capture group: its opening, and PCRE's number for `close`. */
  open(name?: string): { readonly opening: Opening; readonly number: number } {
    const opening = this.openHidden();
    this.#ids.push(opening.opens);
    const number = this.#ids.length;
    if (name !== undefined) {
      if (this.#names.has(name)) throw invalidPattern('two named subpatterns have the same name');
      this.#names.set(name, number);
    }
    return { opening, number };
  }

  close(number: number): void {
    this.#certain = new Set([...this.#certain, number]);
  }

  /** A JavaScript group that PCRE does not know of. */
  openHidden(): Opening {
    return { opens: ++this.#lastId };
  }

  /** What is certain now; to be given to `restore` where alternatives begin, or after something optional. */
  certain(): ReadonlySet<number> {
    return this.#certain;
  }

  restore(certain: ReadonlySet<number>): void {
    this.#certain = certain;
  }

  reference(group: number | string): Reference {
    const number = typeof group === 'number' ? group : this.#names.get(group);
    return { group, certain: number !== undefined && this.#certain.has(number) };
  }

  /** The text of a whole translation. Only now is it known which number JavaScript gives each group. */
  text(pieces: readonly Piece[]): string {
    const numbers = new Map<number, number>();
    for (const piece of pieces) {
      if (typeof piece === 'object' && 'opens' in piece) numbers.set(piece.opens, numbers.size + 1);
    }
    return pieces
      .map((piece) => {
        if (typeof piece === 'string') return piece;
        return 'opens' in piece ? '(' : `(?:\\${numbers.get(this.#idOf(piece))})`;
      })
      .join('');
  }

  #idOf(reference: Reference): number {
    if ('hidden' in reference) return reference.hidden;
    const { group, certain } = reference;
    const number = typeof group === 'number' ? group : this.#names.get(group);
    const id = number === undefined ? undefined : this.#ids[number - 1];
    if (id === undefined) throw invalidPattern('reference to non-existent subpattern');
    if (!certain) throw unsupportedPattern('a reference to a group that may not have matched');
    return id;
  }
}
