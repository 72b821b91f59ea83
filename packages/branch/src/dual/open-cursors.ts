import { Long, type Value } from '@argon/bson';
import type { Reply } from '@argon/engine';

/** More than a server has open at once; the oldest are forgotten. */
const MAX_OPEN = 100_000;

/** Cursors that mongod has open for clients. A branch may have been turned over since one was opened. */
export class OpenCursors {
  readonly #open = new Set<string>();

  has(id: Value | undefined): boolean {
    return this.#open.has(keyOf(id));
  }

  /** Notes what a reply of mongod says of its cursor. */
  note(reply: Reply): void {
    const cursor = reply.get('cursor');
    if (!(cursor instanceof Map)) return;
    const id = cursor.get('id');
    if (!(id instanceof Long) || id.isZero()) return;
    this.#open.add(keyOf(id));
    if (this.#open.size > MAX_OPEN) this.forget(this.#open.values().next().value);
  }

  forget(id: Value | undefined): void {
    this.#open.delete(typeof id === 'string' ? id : keyOf(id));
  }
}

function keyOf(id: Value | undefined): string {
  return String(id);
}
