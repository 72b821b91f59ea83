import { afterEach, expect, it, vi } from 'vitest';
import { InlineCost } from './inline-cost';

let now = 0;
vi.spyOn(performance, 'now').mockImplementation(() => now);

afterEach(() => {
  now = 0;
});

function run(cost: InlineCost, ...durations: readonly number[]): void {
  for (const duration of durations) {
    cost.measure(() => {
      now += duration;
    });
  }
}

it('is cheap while transactions are quick, and bears with a stall now and then', () => {
  const cost = new InlineCost();
  run(cost, ...Array<number>(100).fill(0.3), 40, ...Array<number>(50).fill(0.3), 25);
  expect(cost.isCheap()).toBe(true);
});

it('bears with several stalls close together', () => {
  const cost = new InlineCost();
  run(cost, ...Array<number>(100).fill(0.3), 40, 0.3, 9, 30, 0.3, 12);
  expect(cost.isCheap()).toBe(true);
});

it('is not while they are slow, and is tried again after a while', () => {
  const cost = new InlineCost();
  run(cost, ...Array<number>(20).fill(6));
  expect(cost.isCheap()).toBe(false);
  let asked = 1;
  while (!cost.isCheap()) asked += 1;
  expect(asked).toBeGreaterThan(100);
  run(cost, 0.3);
  expect(cost.isCheap()).toBe(true);
});
