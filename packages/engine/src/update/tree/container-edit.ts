import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';

/** How many elements an update may add between an array's end and the index it sets. */
const MAX_PADDING = 1_500_000;
const MAX_INDEX = 2 ** 31 - 1;

/** Changes a document or an array, copying it at the first change. Arrays take indexes as names. */
export class ContainerEdit {
  current: Doc | Value[];
  changed = false;

  constructor(existing: Doc | Value[]) {
    this.current = existing;
  }

  get(name: string): Value | undefined {
    if (this.current instanceof Map) return this.current.get(name);
    const index = arrayIndex(name);
    return index === undefined ? undefined : this.current[index];
  }

  /** Whether a missing field of that name can be added. */
  canHave(name: string): boolean {
    return this.current instanceof Map || arrayIndex(name) !== undefined;
  }

  /**
   * Sets or (undefined) removes a field; an element of an array becomes null instead of being removed.
   * @throws CommandError CannotBackfillArray if too many nulls would be needed before the element
   */
  set(name: string, value: Value | undefined): void {
    if (!this.changed) {
      this.current = this.current instanceof Map ? new Map(this.current) : [...this.current];
      this.changed = true;
    }
    if (this.current instanceof Map) {
      if (value === undefined) this.current.delete(name);
      else this.current.set(name, value);
      return;
    }
    const index = arrayIndex(name)!;
    checkPadding(index - this.current.length);
    while (this.current.length < index) this.current.push(null);
    this.current[index] = value ?? null;
  }
}

function checkPadding(missing: number): void {
  if (missing > MAX_PADDING)
    throw new CommandError('CannotBackfillArray', `can't backfill more than ${MAX_PADDING} elements`);
}

function arrayIndex(name: string): number | undefined {
  if (!/^\d+$/.test(name)) return undefined;
  const index = Number(name);
  return index > MAX_INDEX ? undefined : index;
}
