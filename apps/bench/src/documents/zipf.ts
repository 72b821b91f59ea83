import type { RandomSource } from './random';

/**
 * Draws ranks from 0 up to, not including, `size` so that rank r comes up in proportion to 1 / (r + 1): few documents
 * get most of the reads. (Zipf's law with exponent 1; YCSB's 0.99 is about the same.)
 */
export function zipf(size: number, random: RandomSource): () => number {
  const upTo = new Float64Array(size);
  let sum = 0;
  for (let rank = 0; rank < size; rank++) upTo[rank] = sum += 1 / (rank + 1);
  return () => {
    const drawn = random.share() * sum;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (upTo[middle]! <= drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Maps ranks to places all over 0 … size−1, so that popular documents do not lie beside each other. */
export function scattered(size: number): (rank: number) => number {
  // Any step that has no factor in common with the size visits every place once.
  let step = Math.max(1, Math.floor(size * 0.618));
  while (gcd(step, size) !== 1) step++;
  return (rank) => Number((BigInt(rank) * BigInt(step)) % BigInt(size));
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
