import type { SeenInKeys } from '@argon/bson';
import type { Lsn } from '@argon/wal';
import type { IndexDefinition } from '../state/contract';
import { numberTree, stringTree, type SortedTree } from '../state/sorted-tree';
import type { KeyExtractor } from './key-extractor';
import { countRecords, recordsOf, withRecord, withoutRecord, type Postings } from './postings';

/** What happened to one record: its new document, or null when it is gone. */
export interface IndexChange {
  readonly record: Lsn;
  readonly document: Uint8Array | null;
}

/** A range of keys (as `encodeKey` makes them); an end left out is open. */
export interface KeyRange {
  readonly from?: string;
  /** Whether `from` itself belongs to it; default true. */
  readonly fromInclusive?: boolean;
  readonly to?: string;
  /** Whether `to` itself belongs to it; default true. */
  readonly toInclusive?: boolean;
  /** From the greatest key down. */
  readonly reverse?: boolean;
}

/** One key of one record. A document with arrays may have several. */
export interface IndexEntry {
  readonly key: string;
  readonly record: Lsn;
}

/**
 * One index of one collection at one LSN: key → records, in key order. Immutable, and clones in O(1). It remembers
 * each record's keys, so that following a change never needs the document's previous version.
 */
export class IndexTree {
  private constructor(
    /** Which documents are in the index, and under which keys. */
    private readonly extract: KeyExtractor,
    readonly definition: IndexDefinition,
    private readonly keys: SortedTree<string, Postings>,
    private readonly records: SortedTree<Lsn, string | readonly string[]>,
    /**
     * Which parts of the fields' paths have ever led through arrays, one mask per field (see `indexKeys`). Bits are
     * never taken back, as mongod does not.
     */
    readonly multikey: readonly number[],
    /** Which forms its values have ever had, one mask per field (see `IndexView.forms`). */
    readonly forms: readonly number[],
  ) {}

  static empty(definition: IndexDefinition, extract: KeyExtractor): IndexTree {
    const none = [...definition.key].map(() => 0);
    return new IndexTree(extract, definition, stringTree(), numberTree(), none, none);
  }

  /** An index of these postings, whose keys must be those that the extractor gives for each record. */
  static of(
    definition: IndexDefinition,
    extract: KeyExtractor,
    keys: SortedTree<string, Postings>,
    records: SortedTree<Lsn, string | readonly string[]>,
    { multikey, forms }: SeenInKeys,
  ): IndexTree {
    return new IndexTree(extract, definition, keys, records, multikey, forms);
  }

  /** How many different keys there are. */
  get keyCount(): number {
    return this.keys.size;
  }

  /** How many records are in the index. */
  get recordCount(): number {
    return this.records.size;
  }

  /** The keys this index holds for a document: none if a sparse or partial index leaves it out. */
  keysOf(document: Uint8Array): readonly string[] {
    return this.extract(document);
  }

  /** The keys under which a record lies now. */
  keysOfRecord(record: Lsn): readonly string[] {
    const keys = this.records.get(record);
    if (keys === undefined) return [];
    return typeof keys === 'string' ? [keys] : keys;
  }

  /** Records under a key, in natural order. */
  find(key: string): readonly Lsn[] {
    return recordsOf(this.keys.get(key));
  }

  /** A record other than `except` that lies under this key: what a unique index would refuse. */
  conflict(key: string, except?: Lsn): Lsn | undefined {
    const postings = this.keys.get(key);
    if (typeof postings === 'number') return postings === except ? undefined : postings;
    return recordsOf(postings).find((record) => record !== except);
  }

  /** The first key that more than one record has; undefined if the index could be unique. */
  firstDuplicate(): { key: string; records: readonly Lsn[] } | undefined {
    for (const [key, postings] of this.keys.entries()) {
      if (countRecords(postings) > 1) return { key, records: recordsOf(postings) };
    }
    return undefined;
  }

  /** Entries in key order, and in natural order under one key; both turned round with `reverse`. */
  *range(range: KeyRange = {}): Generator<IndexEntry, undefined> {
    const { from, fromInclusive = true, to, toInclusive = true, reverse = false } = range;
    const pairs = reverse ? this.keys.entriesReversed(to, undefined, !toInclusive) : this.keys.entries(from);
    for (const [key, postings] of pairs) {
      if (reverse) {
        if (from !== undefined && (key < from || (key === from && !fromInclusive))) return;
      } else {
        if (key === from && !fromInclusive) continue;
        if (to !== undefined && (key > to || (key === to && !toInclusive))) return;
      }
      for (const record of recordsOf(postings, reverse)) yield { key, record };
    }
  }

  /** The index after these changes, in order. Never changes this one. */
  with(changes: readonly IndexChange[]): IndexTree {
    if (changes.length === 0) return this;
    const seen = { multikey: [...this.multikey], forms: [...this.forms] };
    const next = new IndexTree(
      this.extract,
      this.definition,
      this.keys.clone(),
      this.records.clone(),
      seen.multikey,
      seen.forms,
    );
    for (const change of changes) next.#apply(change, seen);
    return next;
  }

  #apply({ record, document }: IndexChange, seen: SeenInKeys): void {
    const before = this.keysOfRecord(record);
    const after = document ? this.extract(document, seen) : [];
    for (const key of before) {
      if (after.includes(key)) continue;
      const left = withoutRecord(this.keys.get(key)!, record);
      if (left === undefined) this.keys.delete(key);
      else this.keys.set(key, left);
    }
    for (const key of after) {
      if (!before.includes(key)) this.keys.set(key, withRecord(this.keys.get(key), record));
    }
    if (after.length > 0) this.records.set(record, keysHeld(after));
    else if (before.length > 0) this.records.delete(record);
  }
}

/** A record's keys as an index holds them: one is bare. */
export function keysHeld(keys: readonly string[]): string | readonly string[] {
  return keys.length === 1 ? keys[0]! : keys;
}
