import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { article, newSummary } from './article';
import { groupSize } from './load';
import { GROUPS, people, person, personId } from './person';
import { distinct, randomSource } from './random';
import { scattered, zipf } from './zipf';

describe('people', () => {
  it('are the same whoever asks, with about 400 bytes', () => {
    expect(person(123)).toEqual(people(120, 125)[3]);
    const sizes = people(0, 500).map((each) => BSON.calculateObjectSize(each));
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(380);
    expect(mean).toBeLessThan(420);
  });

  it('have ids of their own that grow', () => {
    const ids = [0, 1, 255, 256, 65_536, 1_000_000].map((index) => personId(index).toHexString());
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });

  it('fall into groups of the size that is expected', () => {
    const group7 = people(0, 1_234).filter(({ group }) => group === 7);
    expect(group7).toHaveLength(groupSize(1_234, 7));
    expect(groupSize(100_000, 0)).toBe(100_000 / GROUPS);
  });
});

describe('articles', () => {
  it('have about 4 KiB, and a new summary each round', () => {
    expect(BSON.calculateObjectSize(article(5))).toBeGreaterThan(3_700);
    expect(BSON.calculateObjectSize(article(5))).toBeLessThan(4_400);
    expect(newSummary(5, 1)).not.toBe(newSummary(5, 2));
  });
});

describe('random sources', () => {
  it('repeat, and stay below their limit', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1e6 }), (seed, limit) => {
        const [a, b] = [randomSource(seed), randomSource(seed)];
        for (let i = 0; i < 20; i++) {
          const drawn = a.below(limit);
          expect(drawn).toBe(b.below(limit));
          expect(drawn >= 0 && drawn < limit && Number.isInteger(drawn)).toBe(true);
        }
      }),
    );
  });

  it('draw distinct integers', () => {
    const drawn = distinct(100, 120, 1);
    expect(new Set(drawn).size).toBe(100);
    expect(Math.max(...drawn)).toBeLessThan(120);
    expect(() => distinct(3, 2, 1)).toThrow(/no 3 different/);
  });
});

describe('zipf', () => {
  it('gives each rank in proportion to 1 / (rank + 1)', () => {
    const draw = zipf(1_000, randomSource(1));
    const counts = new Array<number>(1_000).fill(0);
    for (let i = 0; i < 200_000; i++) counts[draw()]!++;
    expect(counts[0]! / counts[1]!).toBeGreaterThan(1.8);
    expect(counts[0]! / counts[1]!).toBeLessThan(2.2);
    expect(counts[0]! / counts[9]!).toBeGreaterThan(8.5);
    expect(counts[0]! / counts[9]!).toBeLessThan(11.5);
  });

  it('is scattered over every place, each once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), (size) => {
        const place = scattered(size);
        const places = new Set(Array.from({ length: size }, (_, rank) => place(rank)));
        expect(places.size).toBe(size);
        expect(Math.max(...places)).toBe(size - 1);
      }),
    );
  });
});
