import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { SortedRuns } from './sorted-runs';

describe('sorted runs', () => {
  it('give back everything in order', () => {
    const runs = new SortedRuns();
    const keys = Array.from({ length: 50_000 }, (_, i) =>
      String.fromCharCode((i * 7919) % 256, i % 251, i % 13),
    );
    for (const key of keys) runs.add(key);
    assert.equal(runs.size, keys.length);
    const batches = [...runs.batches(999)];
    assert.deepEqual(batches.flat(), keys.toSorted());
    assert.ok(batches.every(({ length }) => length <= 999));
  });

  it('may be empty', () => {
    assert.deepEqual([...new SortedRuns().batches(10)], []);
  });
});
