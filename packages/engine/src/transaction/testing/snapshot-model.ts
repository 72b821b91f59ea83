/** Documents by key: what they hold, and which write made them so. */
type Contents = ReadonlyMap<number, { readonly value: number; readonly write: number }>;

interface OpenTransaction {
  readonly process: number;
  readonly snapshot: Contents;
  readonly writes: Map<number, number | undefined>;
}

/** Whether a write must, may or must not meet a conflict. */
export type Verdict = 'conflict' | 'either' | 'fine';

/**
 * Snapshot isolation as plainly as it can be told: a transaction reads what was committed when it began and what it wrote;
 * it is committed if nobody else has committed a write of what it wrote since.
 */
export class SnapshotModel {
  committed: Contents = new Map();
  /** Which process wrote a key last. */
  readonly #writers = new Map<number, number>();
  readonly #open = new Map<number, OpenTransaction>();
  #writes = 0;

  isOpen(id: number): boolean {
    return this.#open.has(id);
  }

  begin(id: number, process: number): void {
    this.#open.set(id, { process, snapshot: this.committed, writes: new Map() });
  }

  /** What a transaction sees. */
  seen(id: number): Map<number, number> {
    const { snapshot, writes } = this.#open.get(id)!;
    const seen = new Map([...snapshot].map(([key, { value }]) => [key, value]));
    for (const [key, value] of writes) {
      if (value === undefined) seen.delete(key);
      else seen.set(key, value);
    }
    return seen;
  }

  /** Whether another open transaction of this process has written a key. */
  isHeld(process: number, key: number, except?: number): boolean {
    return [...this.#open].some(
      ([id, other]) => id !== except && other.process === process && other.writes.has(key),
    );
  }

  verdict(id: number, key: number): Verdict {
    const { process, writes } = this.#open.get(id)!;
    if (writes.has(key)) return 'fine';
    if (this.isHeld(process, key, id)) return 'conflict';
    if (!this.#isChanged(id, key)) return 'fine';
    // What another process committed may not be known yet; the commit will tell.
    return this.#writers.get(key) === process ? 'conflict' : 'either';
  }

  write(id: number, key: number, value: number | undefined): void {
    this.#open.get(id)!.writes.set(key, value);
  }

  /** Whether a transaction can be committed; if so, it is. */
  commit(id: number): boolean {
    const { writes, process } = this.#open.get(id)!;
    const isFine = [...writes.keys()].every((key) => !this.#isChanged(id, key));
    if (isFine) this.apply(process, writes);
    this.#open.delete(id);
    return isFine;
  }

  abort(id: number): void {
    this.#open.delete(id);
  }

  apply(process: number, writes: ReadonlyMap<number, number | undefined>): void {
    const next = new Map(this.committed);
    for (const [key, value] of writes) {
      this.#writers.set(key, process);
      if (value === undefined) next.delete(key);
      else next.set(key, { value, write: ++this.#writes });
    }
    this.committed = next;
  }

  #isChanged(id: number, key: number): boolean {
    return this.#open.get(id)!.snapshot.get(key)?.write !== this.committed.get(key)?.write;
  }
}
