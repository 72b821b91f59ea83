import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inParallel } from './in-parallel';
import { race, sample } from './race';
import { Stalls } from './stalls';

describe('race', () => {
  it('takes samples in turns, warm-up first, and does not count it', async () => {
    const seen: string[] = [];
    const contender = (name: string) => ({
      prepare: (i: number) => seen.push(`prepare ${name}${i}`),
      run: (i: number) => seen.push(`run ${name}${i}`),
      check: (result: number) => expect(result).toBe(seen.length),
    });
    const [a, b] = await race([contender('a'), contender('b')], { samples: 2, warmup: 1 });
    expect(a).toHaveLength(2);
    expect(b).toHaveLength(2);
    expect(seen.slice(0, 6)).toEqual([
      'prepare a0',
      'run a0',
      'prepare b0',
      'run b0',
      'prepare a1',
      'run a1',
    ]);
    expect(seen).toHaveLength(12);
  });

  it('measures what takes time, and only that', async () => {
    const samples = await sample(
      { prepare: () => delay(30), run: () => delay(5), check: () => delay(30) },
      { samples: 3, warmup: 0 },
    );
    expect(Math.min(...samples)).toBeGreaterThan(4);
    expect(Math.min(...samples)).toBeLessThan(25);
  });

  it('ends when its time is over, with the least it needs', async () => {
    const samples = await sample(
      { run: () => delay(10) },
      { samples: 1_000, warmup: 0, budget: 20, least: 3 },
    );
    expect(samples.length).toBeGreaterThanOrEqual(3);
    expect(samples.length).toBeLessThan(100);
  });

  it('fails when a result is not right', async () => {
    const wrong = {
      run: () => 1,
      check: () => {
        throw new Error('wrong');
      },
    };
    await expect(sample(wrong, { samples: 1 })).rejects.toThrow('wrong');
  });
});

describe('inParallel', () => {
  it('does everything once, so many at a time', async () => {
    const done: number[] = [];
    let underWay = 0;
    let most = 0;
    await inParallel(20, 4, async (i) => {
      most = Math.max(most, ++underWay);
      await delay(1);
      underWay--;
      done.push(i);
    });
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(most).toBe(4);
  });
});

describe('stalls', () => {
  const block = (ms: number): void => {
    for (const until = performance.now() + ms; performance.now() < until;);
  };

  it('sees a blocked event loop, also at the very end', async () => {
    const stalls = new Stalls();
    stalls.begin();
    await delay(20);
    block(120);
    await stalls.end();
    expect(stalls.longest).toBeGreaterThan(80);
  });

  it('sees nothing of what was before, between and after', async () => {
    const stalls = new Stalls();
    block(2_000);
    for (let i = 0; i < 2; i++) {
      await delay(10);
      stalls.begin();
      await delay(20);
      await stalls.end();
      block(2_000);
    }
    expect(stalls.longest).toBeLessThan(1_500);
  });
});
