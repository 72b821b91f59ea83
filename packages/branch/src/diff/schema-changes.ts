import { bsonTypeName, type Value } from '@argon/bson';

/** How many fields of a collection are told apart; further ones are only known to be more. */
const MAX_FIELDS = 10_000;

/** A field (`lines[].price`) and one of the BSON types that it has, among the documents that differ. */
export interface SchemaChange {
  readonly field: string;
  /** As `$type` names it: `string`, `int`, `object` … */
  readonly type: string;
  /** `appeared`: only the documents after have it; `vanished`: only those before. */
  readonly change: 'appeared' | 'vanished';
  /** Whether the other side has the field with other types. */
  readonly isKnownField: boolean;
  /** How many values have it. */
  readonly count: number;
}

type Counts = [before: number, after: number];

/** Collects which fields and types the documents before and after have. */
export class SchemaChanges {
  readonly #fields = new Map<string, Map<string, Counts>>();
  isCut = false;

  see(document: Value, side: 0 | 1): void {
    this.#value('', document, side);
  }

  /** What only one side has, by field. */
  changes(): readonly SchemaChange[] {
    const found: SchemaChange[] = [];
    for (const [field, types] of this.#fields) {
      const has = (side: 0 | 1) => [...types.values()].some((counts) => counts[side] > 0);
      for (const [type, [before, after]] of types) {
        if (before > 0 && after > 0) continue;
        const isNew = before === 0;
        found.push({
          field,
          type,
          change: isNew ? 'appeared' : 'vanished',
          isKnownField: has(isNew ? 0 : 1),
          count: before + after,
        });
      }
    }
    return found.sort((a, b) => (a.field < b.field ? -1 : a.field > b.field ? 1 : a.type < b.type ? -1 : 1));
  }

  #value(field: string, value: Value, side: 0 | 1): void {
    if (field !== '' || !(value instanceof Map)) this.#count(field, bsonTypeName(value), side);
    if (value instanceof Map) {
      for (const [name, each] of value) this.#value(field === '' ? name : `${field}.${name}`, each, side);
    } else if (Array.isArray(value)) {
      for (const each of value) this.#value(`${field}[]`, each, side);
    }
  }

  #count(field: string, type: string, side: 0 | 1): void {
    let types = this.#fields.get(field);
    if (types === undefined) {
      if (this.#fields.size >= MAX_FIELDS) {
        this.isCut = true;
        return;
      }
      this.#fields.set(field, (types = new Map()));
    }
    const counts = types.get(type) ?? [0, 0];
    counts[side] += 1;
    types.set(type, counts);
  }
}
