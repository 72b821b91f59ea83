import { decodeDocument } from '@argon/bson';
import type { Entry } from '@argon/wal';

/** The name that a rename_collection entry gives. */
export function renamedTo({ document }: Pick<Entry, 'document'>): string | undefined {
  const to = document === null ? undefined : decodeDocument(document).get('to');
  return typeof to === 'string' ? to : undefined;
}

/** Whether a rename_collection entry takes the place of another collection. */
export function dropsTarget({ document }: Pick<Entry, 'document'>): boolean {
  return document !== null && decodeDocument(document).get('dropTarget') === true;
}

/** What a collection was called, for whoever walks back through the log: renames lead to its earlier names. */
export class NameTrail {
  constructor(private current: string) {}

  /** What it was called before the entries seen so far. */
  get name(): string {
    return this.current;
  }

  /** Whether an entry is about the collection. Entries come newest first. */
  sees(entry: Entry): boolean {
    if (entry.operation === 'rename_collection' && renamedTo(entry) === this.current) {
      this.current = entry.collection;
      return true;
    }
    return entry.collection === this.current;
  }
}

/** What collections that the log names are called now, for whoever walks back through it. */
export class LaterNames {
  readonly #later = new Map<string, string>();

  /** The name that documents of a collection belong under now; its own if it is gone. */
  of(name: string): string {
    return this.#later.get(name) ?? name;
  }

  /** Passes an entry. Entries come newest first. */
  pass(entry: Entry): void {
    if (entry.operation === 'rename_collection') {
      const to = renamedTo(entry);
      if (to === undefined) return;
      this.#later.set(entry.collection, this.of(to));
      this.#later.delete(to);
    } else if (entry.operation === 'drop_collection' || entry.operation === 'create_collection') {
      this.#later.delete(entry.collection);
    }
  }
}
