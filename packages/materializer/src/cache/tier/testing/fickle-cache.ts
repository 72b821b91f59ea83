import { setTimeout as sleep } from 'node:timers/promises';
import type { SharedCache, SharedEntry } from '../shared-cache';

/** A cache in memory that can be told to misbehave. */
export class FickleCache implements SharedCache {
  readonly values = new Map<string, Uint8Array>();
  mood: 'well' | 'failing' | 'silent' | 'lying' | 'short' = 'well';
  /** `full`: reads work, writes do not. */
  isFull = false;
  delayMs = 0;
  reads = 0;
  writes = 0;
  closed = 0;

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    this.reads += 1;
    await this.#misbehave();
    const values = keys.map((key) => this.values.get(key));
    if (this.mood === 'short') return values.slice(1);
    return this.mood === 'lying' ? values.map((value) => value && damaged(value)) : values;
  }

  async setMany(entries: readonly SharedEntry[]): Promise<void> {
    this.writes += 1;
    await this.#misbehave();
    if (this.isFull) throw new Error('OOM command not allowed');
    for (const { key, value } of entries) this.values.set(key, Uint8Array.from(value));
  }

  async close(): Promise<void> {
    this.closed += 1;
    if (this.mood === 'silent') await new Promise(() => undefined);
    if (this.mood === 'failing') throw new Error('cannot close');
  }

  async #misbehave(): Promise<void> {
    if (this.delayMs > 0) await sleep(this.delayMs);
    if (this.mood === 'failing') throw new Error('connection lost');
    if (this.mood === 'silent') await new Promise(() => undefined);
  }
}

/** One bit of it is another. */
export function damaged(value: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(value);
  const at = copy.length >> 1;
  copy[at] = copy[at]! ^ 1;
  return copy;
}
