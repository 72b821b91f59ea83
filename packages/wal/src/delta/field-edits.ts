import { elements, type RawElement } from '@argon/bson';
import { commonPrefix, commonSuffix } from './common-bytes';

/** Bytes `from` up to `to` of the old document give way to bytes `newFrom` up to `newTo` of the new one. */
export interface Edit {
  readonly from: number;
  to: number;
  readonly newFrom: number;
  newTo: number;
}

interface Field extends RawElement {
  /** Where the field begins: at its type byte. */
  readonly head: number;
}

/** Strings, binaries, code and symbols: their bytes follow their length. */
const LENGTH_FIRST = new Set([2, 5, 13, 14]);

/** Comparing more fields than this costs more time than the bytes are worth. */
const MAX_FIELDS = 20_000;
const MAX_DEPTH = 100;
/** Edits that lie closer than this are cheaper as one. */
const MIN_GAP = 4;

/**
 * What changed between two encoded documents, field by field: values that were set, fields that came, went or moved,
 * in nested documents and arrays too. In order, none overlapping; undefined if that takes too long to find out.
 * @throws BsonFormatError if either is no BSON document
 */
export function fieldEdits(before: Buffer, after: Buffer): readonly Edit[] | undefined {
  const comparison = new Comparison(before, after);
  return comparison.documents(0, 0, false, 0) ? comparison.edits : undefined;
}

class Comparison {
  readonly edits: Edit[] = [];
  readonly #before: Buffer;
  readonly #after: Buffer;
  #fields = 0;

  constructor(before: Buffer, after: Buffer) {
    this.#before = before;
    this.#after = after;
  }

  /** Two documents or arrays, by where they start; false if there are too many fields. */
  documents(at: number, newAt: number, areArrays: boolean, depth: number): boolean {
    const olds = this.#fieldsOf(this.#before, at);
    const news = this.#fieldsOf(this.#after, newAt);
    if (olds === undefined || news === undefined) return false;
    this.#replace(at, at + 4, newAt, newAt + 4);
    return areArrays ? this.#items(olds, news, at, newAt, depth) : this.#named(olds, news, at, newAt, depth);
  }

  #fieldsOf(bytes: Buffer, at: number): Field[] | undefined {
    const fields: Field[] = [];
    let head = at + 4;
    for (const { type, name, start, end } of elements(bytes, at)) {
      if (++this.#fields > MAX_FIELDS) return undefined;
      fields.push({ type, name, start, end, head });
      head = end;
    }
    return fields;
  }

  /** Fields of documents are the same if they have the same name. */
  #named(olds: readonly Field[], news: readonly Field[], at: number, newAt: number, depth: number): boolean {
    let i = 0;
    let j = 0;
    let places: Map<string, number> | undefined;
    let newPlaces: Map<string, number> | undefined;
    while (i < olds.length || j < news.length) {
      const old = olds[i];
      const field = news[j];
      if (old !== undefined && old.name === field?.name) {
        if (!this.#pair(old, field, depth)) return false;
        i += 1;
        j += 1;
        continue;
      }
      places ??= placesOf(olds);
      newPlaces ??= placesOf(news);
      const ahead = field === undefined ? 0 : aheadOf(places.get(field.name), i);
      const newAhead = old === undefined ? 0 : aheadOf(newPlaces.get(old.name), j);
      // A field that moved is left out at one place and put in at the other: whichever skips less.
      const comes =
        field !== undefined && (old === undefined || ahead === 0 || (newAhead > 0 && newAhead <= ahead));
      const place = i === 0 ? at + 4 : olds[i - 1]!.end;
      const newPlace = j === 0 ? newAt + 4 : news[j - 1]!.end;
      if (comes) this.#replace(place, place, field.head, news[j++]!.end);
      else this.#replace(place, olds[i++]!.end, newPlace, newPlace);
    }
    return true;
  }

  /** Items of arrays are the same by their place, counted from the beginning or from the end. */
  #items(olds: readonly Field[], news: readonly Field[], at: number, newAt: number, depth: number): boolean {
    let end = 0;
    if (olds.length !== news.length) {
      const most = Math.min(olds.length, news.length);
      while (end < most && this.#areSame(olds[olds.length - 1 - end]!, news[news.length - 1 - end]!))
        end += 1;
    }
    const both = Math.min(olds.length, news.length) - end;
    for (let i = 0; i < both; i++) {
      if (!this.#pair(olds[i]!, news[i]!, depth)) return false;
    }
    const place = both === 0 ? at + 4 : olds[both - 1]!.end;
    const newPlace = both === 0 ? newAt + 4 : news[both - 1]!.end;
    const rest = olds.length - end;
    const newRest = news.length - end;
    this.#replace(
      place,
      rest === both ? place : olds[rest - 1]!.end,
      newPlace,
      newRest === both ? newPlace : news[newRest - 1]!.end,
    );
    for (let i = end; i > 0; i--) this.#heads(olds[olds.length - i]!, news[news.length - i]!);
    return true;
  }

  /** Types and names of two fields that count as the same. */
  #heads(old: Field, field: Field): void {
    if (old.type === field.type && old.name === field.name) return;
    this.#replace(old.head, old.start, field.head, field.start);
  }

  #pair(old: Field, field: Field, depth: number): boolean {
    this.#heads(old, field);
    if (this.#areSame(old, field)) return true;
    const { type } = field;
    if (old.type === type && (type === 3 || type === 4) && depth < MAX_DEPTH) {
      return this.documents(old.start, field.start, type === 4, depth + 1);
    }
    // A length ahead of the content would hide that both begin alike.
    const ahead = old.type === type && LENGTH_FIRST.has(type) ? 4 : 0;
    this.#replace(old.start, old.start + ahead, field.start, field.start + ahead);
    this.#replace(old.start + ahead, old.end, field.start + ahead, field.end);
    return true;
  }

  #areSame(old: Field, field: Field): boolean {
    return (
      old.type === field.type &&
      old.end - old.start === field.end - field.start &&
      this.#before.compare(this.#after, field.start, field.end, old.start, old.end) === 0
    );
  }

  /** Notes an edit, less the bytes that both ends have in common. */
  #replace(from: number, to: number, newFrom: number, newTo: number): void {
    const most = Math.min(to - from, newTo - newFrom);
    const prefix = most === 0 ? 0 : commonPrefix(this.#before, from, this.#after, newFrom, most);
    const suffix = most === prefix ? 0 : commonSuffix(this.#before, to, this.#after, newTo, most - prefix);
    const edit = { from: from + prefix, to: to - suffix, newFrom: newFrom + prefix, newTo: newTo - suffix };
    if (edit.from === edit.to && edit.newFrom === edit.newTo) return;
    const last = this.edits[this.edits.length - 1];
    if (last !== undefined && edit.from - last.to < MIN_GAP) {
      last.to = edit.to;
      last.newTo = edit.newTo;
    } else {
      this.edits.push(edit);
    }
  }
}

function placesOf(fields: readonly Field[]): Map<string, number> {
  return new Map(fields.map(({ name }, i) => [name, i]));
}

/** How many fields further on a place is; 0 if it is none or lies behind. */
function aheadOf(place: number | undefined, here: number): number {
  return place === undefined || place < here ? 0 : place - here;
}
