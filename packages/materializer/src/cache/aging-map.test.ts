import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { AgingMap, IDLE_SWEEPS } from './aging-map';

describe('AgingMap', () => {
  it('lets go of what was used longest ago when there are too many', () => {
    const gone: number[] = [];
    const map = new AgingMap<number, string>(10, (key) => gone.push(key));
    for (let i = 0; i < 10; i++) map.set(i, `v${i}`);
    map.get(0);
    map.set(10, 'v10');
    assert.deepEqual(gone, [1, 2]);
    assert.equal(map.get(0), 'v0');
    assert.equal(map.size, 9);
  });

  it('lets go of what went unused for several sweeps, and only of that', () => {
    const map = new AgingMap<string, number>(10);
    map.set('used', 1);
    map.set('idle', 2);
    for (let i = 0; i < IDLE_SWEEPS; i++) {
      map.sweep();
      map.get('used');
      map.peek('idle');
    }
    assert.equal(map.peek('used'), 1);
    assert.equal(map.peek('idle'), undefined);
  });
});
