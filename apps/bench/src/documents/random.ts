/** Numbers that look random and are the same on every machine and in every run. */
export interface RandomSource {
  /** An integer from 0 up to, not including, `limit` (at most 2^32). */
  below(limit: number): number;
  /** From 0 up to, not including, 1. */
  share(): number;
  pick<T>(of: readonly T[]): T;
}

/** A generator of its own for each seed (32 bits; splitmix32, which starts well from any seed, also from 0, 1, 2 …). */
export function randomSource(seed: number): RandomSource {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const share = (): number => next() / 2 ** 32;
  const below = (limit: number): number => Math.floor(share() * limit);
  return { below, share, pick: (of) => of[below(of.length)]! };
}

/** `count` different integers below `limit`, in no order. */
export function distinct(count: number, limit: number, seed: number): number[] {
  if (count > limit) throw new Error(`There are no ${count} different integers below ${limit}.`);
  const random = randomSource(seed);
  const found = new Set<number>();
  while (found.size < count) found.add(random.below(limit));
  return [...found];
}
