import { errorFunction } from 'simple-statistics';

/**
 * Mann–Whitney U test, two-sided, with the normal approximation, ties and continuity corrected: how likely two sample
 * sets of at least this difference are when both come from one distribution. Says nothing about how large the
 * difference is, and is not fooled by outliers.
 * @returns p, 0 to 1; 1 when either set is too small (fewer than 4) to say anything
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const n = a.length;
  const m = b.length;
  if (n < 4 || m < 4) return 1;
  const all = [...a.map((value) => ({ value, a: true })), ...b.map((value) => ({ value, a: false }))];
  all.sort((x, y) => x.value - y.value);
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]!.value === all[from]!.value) to++;
    const rank = (from + to + 1) / 2;
    for (let i = from; i < to; i++) if (all[i]!.a) rankSum += rank;
    const alike = to - from;
    ties += alike ** 3 - alike;
    from = to;
  }
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return 1;
  const distance = Math.abs(rankSum - (n * (n + 1)) / 2 - (n * m) / 2);
  const z = Math.max(0, distance - 0.5) / Math.sqrt(variance);
  // Both tails of the normal distribution. (simple-statistics' table of them ends at 0.001.)
  return 1 - errorFunction(z / Math.SQRT2);
}
