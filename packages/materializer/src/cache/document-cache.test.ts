import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { DocumentCache } from './document-cache';

const document = (lsn: number, length = 100): Uint8Array => new Uint8Array(length).fill(lsn % 251);

describe('DocumentCache', () => {
  it('stays within its bytes, whatever is put in', () => {
    const cache = new DocumentCache(100_000);
    for (let lsn = 1; lsn <= 1_000; lsn++) cache.set(lsn, new Uint8Array(1_000));
    assert.ok(cache.bytes <= 100_000 && cache.size >= 70, `${cache.size} documents, ${cache.bytes} bytes`);
    assert.ok(cache.get(1_000));
    assert.equal(cache.get(1), undefined);
    assert.deepEqual([cache.hits, cache.misses], [1, 1]);
  });

  it('leaves out a document that would sweep out everything else', () => {
    const cache = new DocumentCache(100_000);
    cache.set(1, new Uint8Array(100));
    cache.set(2, new Uint8Array(50_000));
    assert.ok(cache.get(1));
    assert.equal(cache.get(2), undefined);
  });

  it('does not hold on to the larger buffer that a document is a part of', () => {
    const cache = new DocumentCache(100_000);
    const message = new Uint8Array(1 << 20).fill(7);
    cache.set(1, message.subarray(5, 15));
    assert.notEqual(cache.get(1)!.buffer, message.buffer);
    message.fill(8);
    assert.deepEqual([...cache.get(1)!], Array(10).fill(7));
  });

  it('keeps what is read again when others come, and not what was read with many', () => {
    const cache = new DocumentCache(100_000);
    for (const lsn of [1, 2, 3]) cache.set(lsn, document(lsn));
    for (let lsn = 100; lsn < 5_000; lsn++) {
      cache.set(lsn, document(lsn));
      assert.ok(cache.get(1));
      cache.getOfMany(2);
    }
    assert.deepEqual(cache.get(1), Buffer.from(document(1)));
    assert.equal(cache.get(2), undefined);
    assert.equal(cache.get(3), undefined);
  });

  it('keeps what is written and read in turn, and lets go of what it was before', () => {
    const cache = new DocumentCache(100_000);
    const heads = Array.from({ length: 160 }, (_, i) => i + 1);
    for (const lsn of heads) cache.set(lsn, document(lsn));
    let lsn = heads.length;
    for (let round = 0; round < 20; round++) {
      for (const [i, head] of heads.entries()) {
        assert.ok(cache.get(head), `document ${i} in round ${round}`);
        cache.replace((heads[i] = ++lsn), document(lsn), head);
      }
      // Others come, too.
      for (let n = 0; n < 60; n++) cache.set(++lsn, document(lsn));
    }
    assert.equal(cache.get(heads[0]! - 440), undefined);
  });

  it('gives no place to a version for what another was not', () => {
    const cache = new DocumentCache(100_000);
    cache.set(1, document(1));
    cache.set(2, document(2));
    cache.get(2);
    assert.deepEqual(
      [cache.outdate(1), cache.outdate(2), cache.outdate(2), cache.outdate(3)],
      [false, true, false, false],
    );
    cache.replace(4, document(4), 1);
    for (let lsn = 100; lsn < 5_000; lsn++) cache.set(lsn, document(lsn));
    assert.deepEqual(
      [1, 2, 4].map((lsn) => cache.get(lsn)),
      [undefined, undefined, undefined],
    );
  });

  it('makes room even if everything in it is read', () => {
    const cache = new DocumentCache(100_000);
    for (let lsn = 1; lsn < 5_000; lsn++) {
      cache.set(lsn, document(lsn));
      cache.get(lsn);
      assert.ok(cache.bytes <= 100_000);
    }
    assert.ok(cache.get(4_999));
  });

  it('takes what is offered only while there is much room', () => {
    const cache = new DocumentCache(100_000);
    cache.offer(1, document(1));
    assert.ok(cache.get(1));
    for (let lsn = 2; lsn < 1_000; lsn++) cache.set(lsn, document(lsn));
    cache.offer(5_000, document(5_000));
    assert.equal(cache.get(5_000), undefined);
  });

  it('is not swept out by one reader of more than it holds', () => {
    const cache = new DocumentCache(100_000);
    const few = [1, 2, 3];
    cache.fill(
      few,
      few.map((lsn) => document(lsn)),
      few.length,
    );
    for (let lsn = 1_000; lsn < 11_000; lsn += 100) {
      const many = Array.from({ length: 100 }, (_, i) => lsn + i);
      cache.fill(
        many,
        many.map((n) => document(n)),
        10_000,
      );
    }
    for (const lsn of few) assert.deepEqual(cache.get(lsn), Buffer.from(document(lsn)));
    assert.ok(cache.bytes <= 80_000, `${cache.bytes} bytes`);
    assert.equal(cache.get(10_999), undefined);
  });

  it('takes what one reader goes through if it has room for that', () => {
    const cache = new DocumentCache(100_000);
    for (let lsn = 10_000; lsn < 11_000; lsn++) cache.set(lsn, document(lsn));
    const lsns = Array.from({ length: 100 }, (_, i) => 1 + i);
    cache.fill(
      lsns,
      lsns.map((lsn) => document(lsn)),
      150,
    );
    assert.ok(cache.get(1) && cache.get(100));
  });

  it('gives what was put in, or nothing, within its bytes, whatever is done', () => {
    const step = fc.tuple(
      fc.constantFrom('set', 'offer', 'get', 'getOfMany'),
      fc.nat({ max: 300 }),
      fc.nat({ max: 3_000 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 2_000, size: 'max' }), (steps) => {
        const cache = new DocumentCache(20_000);
        const lengths = new Map<number, number>();
        for (const [what, lsn, length] of steps) {
          if (what === 'set' || what === 'offer') {
            // A version never changes.
            if (!lengths.has(lsn)) lengths.set(lsn, length);
            cache[what](lsn, document(lsn, lengths.get(lsn)));
            assert.ok(cache.bytes <= 20_000, `${cache.bytes}`);
          } else {
            const found = cache[what as 'get'](lsn);
            if (found) assert.deepEqual(found, Buffer.from(document(lsn, lengths.get(lsn))));
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('holds nothing when it is turned off', () => {
    const cache = new DocumentCache(0);
    cache.set(1, new Uint8Array(10));
    assert.equal(cache.get(1), undefined);
    assert.deepEqual([cache.bytes, cache.size], [0, 0]);
    assert.deepEqual([cache.hits, cache.misses], [0, 1]);
  });
});
