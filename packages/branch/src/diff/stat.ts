import { decodeDocument } from '@argon/bson';
import { documentChanges } from '../document/changes';
import type { CollectionDiff } from './collection-diff';
import type { CollectionDifference, DocumentDifference } from './contract';
import { fieldName } from './field-name';
import { SchemaChanges, type SchemaChange } from './schema-changes';

/** How many fields are counted by name. */
const MAX_FIELDS = 10_000;

/** What differs in a collection, in numbers. */
export interface CollectionStat {
  readonly collection: string;
  readonly catalog: CollectionDifference | undefined;
  readonly counts: { readonly before: number; readonly after: number };
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** In how many updated documents each field changed (`lines[].price`), the most often changed first. */
  readonly fields: ReadonlyMap<string, number>;
  /** Changes of fields in all. */
  readonly fieldsChanged: number;
  /** Fields and types that appear or vanish among the documents that differ. */
  readonly schema: readonly SchemaChange[];
  /** The documents have more fields than are told apart: `fields` and `schema` tell of the first. */
  readonly isCut: boolean;
}

/** Counts what differs in a collection; undefined if nothing does. Reads the documents that differ. */
export async function statOf(collection: CollectionDiff): Promise<CollectionStat | undefined> {
  const tally = new Tally();
  for await (const batch of collection.documents()) for (const difference of batch) tally.see(difference);
  const { name, catalog, counts } = collection;
  return catalog === undefined && tally.isEmpty
    ? undefined
    : { collection: name, catalog, counts, ...tally.stat() };
}

class Tally {
  #inserted = 0;
  #updated = 0;
  #deleted = 0;
  #fieldsChanged = 0;
  #isCut = false;
  readonly #fields = new Map<string, number>();
  readonly #schema = new SchemaChanges();

  get isEmpty(): boolean {
    return this.#inserted + this.#updated + this.#deleted === 0;
  }

  see({ before, after }: DocumentDifference): void {
    const old = before && decodeDocument(before.bytes);
    const now = after && decodeDocument(after.bytes);
    if (old !== undefined) this.#schema.see(old, 0);
    if (now !== undefined) this.#schema.see(now, 1);
    if (old === undefined) this.#inserted += 1;
    else if (now === undefined) this.#deleted += 1;
    else {
      this.#updated += 1;
      const changes = documentChanges(old, now);
      this.#fieldsChanged += changes.length;
      for (const field of new Set(changes.map(({ path }) => fieldName(path)))) this.#count(field);
    }
  }

  stat(): Omit<CollectionStat, 'collection' | 'catalog' | 'counts'> {
    return {
      inserted: this.#inserted,
      updated: this.#updated,
      deleted: this.#deleted,
      fields: new Map([...this.#fields].sort(([, a], [, b]) => b - a)),
      fieldsChanged: this.#fieldsChanged,
      schema: this.#schema.changes(),
      isCut: this.#isCut || this.#schema.isCut,
    };
  }

  #count(field: string): void {
    const known = this.#fields.get(field);
    if (known === undefined && this.#fields.size >= MAX_FIELDS) this.#isCut = true;
    else this.#fields.set(field, (known ?? 0) + 1);
  }
}
