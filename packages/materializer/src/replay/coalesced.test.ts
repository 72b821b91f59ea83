import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { Coalesced } from './coalesced';

/** A question whose answers the test gives, in any order. */
function questions(): { asked: ((answer: number) => void)[]; coalesced: Coalesced<number> } {
  const asked: ((answer: number) => void)[] = [];
  return { asked, coalesced: new Coalesced(() => new Promise<number>((resolve) => asked.push(resolve))) };
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('Coalesced', () => {
  it('passes on at once what comes at once', () => {
    let asked = 0;
    const coalesced = new Coalesced(() => ++asked);
    assert.deepEqual([coalesced.get(), coalesced.get()], [1, 2]);
  });

  it('asks once for callers of one tick', async () => {
    const { asked, coalesced } = questions();
    const first = coalesced.get();
    asked[0]!(1);
    assert.equal(await first, 1);
    const all = Array.from({ length: 32 }, () => coalesced.get());
    await tick();
    assert.equal(asked.length, 2);
    asked[1]!(7);
    assert.deepEqual(new Set(await Promise.all(all)), new Set([7]));
  });

  it('never answers with what was asked before the caller came', async () => {
    const { asked, coalesced } = questions();
    const early = coalesced.get();
    const late = coalesced.get();
    await tick();
    const later = [coalesced.get(), coalesced.get()];
    await tick();
    assert.equal(asked.length, 2, 'no more than two at once');
    asked[0]!(1);
    assert.equal(await early, 1);
    await tick();
    assert.equal(asked.length, 3, 'who came meanwhile shares the next');
    asked[2]!(3);
    assert.deepEqual(await Promise.all(later), [3, 3]);
    asked[1]!(2);
    assert.equal(await late, 2);
  });

  it('passes an error to those who asked and asks again for others', async () => {
    let asked = 0;
    const coalesced = new Coalesced<number>(async () => {
      asked += 1;
      if (asked % 2 === 1) throw new Error(`no ${asked}`);
      return asked;
    });
    await assert.rejects(async () => coalesced.get(), /no 1/);
    assert.equal(await coalesced.get(), 2);
    await assert.rejects(async () => coalesced.get(), /no 3/);
    assert.equal(await coalesced.get(), 4);
  });
});
