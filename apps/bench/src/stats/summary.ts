import { medianAbsoluteDeviation, quantile } from 'simple-statistics';

/** A sample set in a few numbers, in the samples' own unit. */
export interface Summary {
  readonly n: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Median absolute deviation: the typical distance from the median, blind to outliers. */
  readonly mad: number;
}

export type Statistic = 'p50' | 'p95' | 'p99' | 'max';

export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new Error('There is no sample to summarize.');
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    n: sorted.length,
    min: sorted[0]!,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1)!,
    mad: medianAbsoluteDeviation(sorted),
  };
}

export function statisticOf(samples: readonly number[], statistic: Statistic): number {
  return summarize(samples)[statistic];
}

/**
 * How much the medians of five consecutive stretches of a run differ, as a share of the whole median: what a machine
 * that does other things too adds to every figure, and what samples that follow each other cannot show otherwise.
 * @param samples in the order in which they were taken
 */
export function drift(samples: readonly number[]): number {
  const stretch = Math.floor(samples.length / 5);
  if (stretch < 2) return 0;
  const medians = Array.from({ length: 5 }, (_, i) =>
    quantile(samples.slice(i * stretch, (i + 1) * stretch), 0.5),
  );
  const whole = quantile(samples, 0.5);
  return whole === 0 ? 0 : medianAbsoluteDeviation(medians) / whole;
}

/** At most `most` samples, evenly picked, in the order in which they were taken. */
export function thinned(samples: readonly number[], most: number): readonly number[] {
  if (samples.length <= most) return samples;
  return Array.from({ length: most }, (_, i) => samples[Math.floor((i * samples.length) / most)]!);
}
