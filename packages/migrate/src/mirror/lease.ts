import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** A process that keeps a mirror, until when unless it says so again (ms since the epoch). */
export interface Holder {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly until: number;
}

/** A mirror that is kept says so at least every third of this. */
const LEASE_MS = 30_000;

/** Of this process. */
const held = new Set<string>();

/** One mirror's hold on its branch. */
export class Lease {
  readonly #id = randomUUID();

  constructor() {
    held.add(this.#id);
  }

  /** As it is from now. */
  get holder(): Holder {
    return { id: this.#id, host: hostname(), pid: process.pid, until: Date.now() + LEASE_MS };
  }

  isOurs(holder: Holder | null): boolean {
    return holder?.id === this.#id;
  }

  end(): void {
    held.delete(this.#id);
  }
}

/** Whether somebody keeps it. A process of this machine that is gone keeps nothing, whatever it said. */
export function isHeld(holder: Holder | null): holder is Holder {
  if (holder === null || holder.until < Date.now()) return false;
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return held.has(holder.id);
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
