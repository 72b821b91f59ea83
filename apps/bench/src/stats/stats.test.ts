import { describe, expect, it } from 'vitest';
import { randomSource } from '../documents/random';
import { interval, ratioInterval } from './bootstrap';
import { mannWhitney } from './mann-whitney';
import { drift, summarize, thinned } from './summary';

/** About normal: the sum of twelve. */
function normal(n: number, mean: number, deviation: number, seed: number): number[] {
  const random = randomSource(seed);
  return Array.from({ length: n }, () => {
    let sum = -6;
    for (let k = 0; k < 12; k++) sum += random.share();
    return mean + deviation * sum;
  });
}

describe('summarize', () => {
  it('gives the figures of a sample set, whatever its order', () => {
    expect(summarize([5, 1, 4, 2, 3])).toEqual({
      n: 5,
      min: 1,
      p50: 3,
      p90: 4.6,
      p95: 4.8,
      p99: 4.96,
      max: 5,
      mad: 1,
    });
    expect(() => summarize([])).toThrow(/no sample/);
  });

  it('does not change what it is given', () => {
    const samples = [3, 1, 2];
    summarize(samples);
    expect(samples).toEqual([3, 1, 2]);
  });
});

describe('drift', () => {
  it('is small when every stretch of a run is alike, and large when the run got slower', () => {
    const steady = normal(500, 100, 10, 1);
    expect(drift(steady)).toBeLessThan(0.02);
    expect(drift(steady.map((value, i) => value * (1 + i / 500)))).toBeGreaterThan(0.1);
    expect(drift([1, 2, 3])).toBe(0);
  });
});

describe('thinned', () => {
  it('keeps the order and picks evenly', () => {
    expect(thinned([1, 2, 3], 5)).toEqual([1, 2, 3]);
    expect(thinned([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).toEqual([0, 2, 4, 6, 8]);
  });
});

describe('mannWhitney', () => {
  it('agrees with an example worked by hand', () => {
    const a = [3, 4, 2, 6, 2, 5, 1, 7];
    const b = [9, 7, 5, 10, 6, 8, 11, 4];
    // U = 8 by counting pairs; five pairs of ties; z = 2.4771; erfc(z / √2) = 0.013245.
    expect(mannWhitney(a, b)).toBeCloseTo(0.013245, 5);
    expect(mannWhitney(b, a)).toBeCloseTo(0.013245, 5);
  });

  it('finds a small shift in many samples, and none where there is none', () => {
    expect(mannWhitney(normal(300, 100, 10, 1), normal(300, 105, 10, 2))).toBeLessThan(1e-4);
    expect(mannWhitney(normal(300, 100, 10, 3), normal(300, 100, 10, 4))).toBeGreaterThan(0.01);
  });

  it('is not fooled by outliers', () => {
    const a = normal(100, 100, 10, 5);
    const b = [...normal(97, 100, 10, 6), 9_000, 9_000, 9_000];
    expect(mannWhitney(a, b)).toBeGreaterThan(0.01);
  });

  it('says nothing about hardly any samples, or equal ones', () => {
    expect(mannWhitney([1, 2, 3], [10, 20, 30])).toBe(1);
    expect(mannWhitney([5, 5, 5, 5], [5, 5, 5, 5])).toBe(1);
  });
});

describe('intervals', () => {
  it('hold the median that the samples come from, and are the same each time', () => {
    const samples = normal(400, 50, 5, 7);
    const [low, high] = interval(samples, 'p50');
    expect(low).toBeLessThan(50.2);
    expect(high).toBeGreaterThan(49.8);
    expect(high - low).toBeLessThan(2);
    expect(interval(samples, 'p50')).toEqual([low, high]);
  });

  it('hold the ratio of two medians', () => {
    const [low, high] = ratioInterval(normal(300, 30, 3, 8), normal(300, 10, 1, 9));
    expect(low).toBeLessThan(3.05);
    expect(high).toBeGreaterThan(2.95);
  });
});
