import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ReadAhead } from './read-ahead';

/** Gives 0 … count − 1; notes when it is asked. */
function source(count: number, isLater: boolean) {
  let asked = 0;
  return {
    get asked() {
      return asked;
    },
    load: () => {
      const value = asked < count ? asked : undefined;
      asked += 1;
      return isLater ? Promise.resolve(value) : value;
    },
  };
}

describe('reading ahead', () => {
  it('of what answers at once asks for nothing before its time', () => {
    const from = source(3, false);
    const ahead = new ReadAhead(from.load);
    const seen: unknown[] = [];
    for (let i = 0; i < 4; i++) seen.push(ahead.next(), from.asked);
    assert.deepEqual(seen, [0, 1, 1, 2, 2, 3, undefined, 4]);
  });

  it('of what takes time asks for one more than is used, from the second on', async () => {
    const from = source(4, true);
    const ahead = new ReadAhead(from.load);
    const seen: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      seen.push(await ahead.next());
      seen.push(from.asked);
    }
    assert.deepEqual(seen, [0, 1, 1, 3, 2, 4, 3, 5, undefined, 5]);
  });

  it('tells of a failure when its batch is asked for, and nobody if none is', async () => {
    let asked = 0;
    const ahead = new ReadAhead(async () => {
      asked += 1;
      if (asked === 3) throw new Error('gone');
      return asked;
    });
    assert.equal(await ahead.next(), 1);
    assert.equal(await ahead.next(), 2);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(asked, 3);
    await assert.rejects(async () => ahead.next(), /gone/);
    const abandoned = new ReadAhead(async () => {
      asked += 1;
      if (asked === 6) throw new Error('gone');
      return asked;
    });
    await abandoned.next();
    await abandoned.next();
    await new Promise((resolve) => setImmediate(resolve));
  });
});
