/** What separates a branch's name from a collection's. */
const SEPARATOR = '_';
const BUCKETS = 'system.buckets.';

/** `feature` → `feature_`. */
export function prefixOf(branch: string): string {
  return branch + SEPARATOR;
}

/**
 * Whose a collection of the legacy database is: of the branch with the longest prefix that its name begins with. So of
 * branches `a` and `a_b`, `a_b_c` is `a_b`'s collection `c`, and `a` has no collection `b_c`.
 */
export class Prefixes {
  readonly #branches: readonly string[];

  /** @param branches all that are known, whatever state they are in */
  constructor(branches: Iterable<string>) {
    this.#branches = [...new Set(branches)].sort((a, b) => b.length - a.length);
  }

  has(branch: string): boolean {
    return this.#branches.includes(branch);
  }

  /** The branch that a collection belongs to; undefined for those of none. */
  ownerOf(stored: string): string | undefined {
    const name = stored.startsWith(BUCKETS) ? stored.slice(BUCKETS.length) : stored;
    return this.#branches.find((branch) => {
      const prefix = prefixOf(branch);
      return name.length > prefix.length && name.startsWith(prefix);
    });
  }

  /** `users` → `feature_users`, whoever that belongs to. A time series' buckets keep their own prefix in front. */
  stored(branch: string, collection: string): string {
    return collection.startsWith(BUCKETS)
      ? BUCKETS + prefixOf(branch) + collection.slice(BUCKETS.length)
      : prefixOf(branch) + collection;
  }

  /** `feature_users` → `users`; undefined if it is not that branch's. */
  shown(branch: string, stored: string): string | undefined {
    if (this.ownerOf(stored) !== branch) return undefined;
    const prefix = prefixOf(branch);
    return stored.startsWith(BUCKETS)
      ? BUCKETS + stored.slice(BUCKETS.length + prefix.length)
      : stored.slice(prefix.length);
  }

  /** Prefixes of other branches that begin with this one's. */
  within(branch: string): readonly string[] {
    const prefix = prefixOf(branch);
    return this.#branches.filter((other) => other.startsWith(prefix)).map(prefixOf);
  }
}
