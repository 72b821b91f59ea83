/** A value under its key. */
export interface SharedEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

/**
 * A cache that several processes share: the port to Redis and its like. All that is put there is immutable and can be had
 * elsewhere, so an adapter may forget anything at any time.
 *
 * It may also be slow, fail or never answer: a `SharedTier` stands between it and whoever reads. And it may give wrong
 * bytes: what is read is checked. So an adapter need not be careful, only bounded in the memory that it takes here.
 */
export interface SharedCache {
  /** The values, in the same order; undefined where there is none. */
  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;
  setMany(entries: readonly SharedEntry[]): Promise<void>;
  /** Lets go of every resource. */
  close(): Promise<void>;
}
