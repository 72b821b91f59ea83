import { randomSource, type RandomSource } from '../documents/random';
import { statisticOf, thinned, type Statistic } from './summary';

/** Where the true value lies with 95 % confidence. */
export type Interval = readonly [low: number, high: number];

const ROUNDS = 300;
/** More samples than this make the interval no truer, only slower to compute. */
const MOST = 1_000;

/** The 95 % interval of a statistic, by resampling (percentile bootstrap). Seeded: the same samples, the same interval. */
export function interval(samples: readonly number[], statistic: Statistic): Interval {
  return of((random) => statisticOf(resampled(samples, random), statistic));
}

/** The same of the ratio of two medians. */
export function ratioInterval(over: readonly number[], under: readonly number[]): Interval {
  return of(
    (random) => statisticOf(resampled(over, random), 'p50') / statisticOf(resampled(under, random), 'p50'),
  );
}

function of(draw: (random: RandomSource) => number): Interval {
  const random = randomSource(ROUNDS);
  const drawn = Array.from({ length: ROUNDS }, () => draw(random)).sort((a, b) => a - b);
  return [drawn[Math.floor(ROUNDS * 0.025)]!, drawn[Math.ceil(ROUNDS * 0.975) - 1]!];
}

function resampled(samples: readonly number[], random: RandomSource): number[] {
  const from = thinned(samples, MOST);
  return Array.from(from, () => from[random.below(from.length)]!);
}
