import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { DocumentCache } from './document-cache';

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
    cache.set(1, new Uint8Array(1 << 20).subarray(5, 15));
    assert.equal(cache.get(1)!.buffer.byteLength, 10);
  });

  it('copies a lent document when it is read, and takes none when there is little room', () => {
    const cache = new DocumentCache(100_000);
    const message = new Uint8Array(50_000).fill(7);
    cache.lend(1, message.subarray(0, 100));
    cache.lend(2, message.subarray(100, 200));
    const read = cache.get(1)!;
    assert.deepEqual([...read], [...message.subarray(0, 100)]);
    assert.equal(read.buffer.byteLength, 100);
    assert.equal(cache.get(1), read);
    while (cache.bytes < 75_000) cache.set(cache.size + 10, new Uint8Array(5_000));
    cache.lend(3, message.subarray(200, 300));
    assert.equal(cache.get(3), undefined);
    assert.ok(cache.get(2));
  });

  it('does not keep a document longer for being read with many others', () => {
    const cache = new DocumentCache(10_000);
    // Eight of them have room.
    for (let lsn = 1; lsn <= 8; lsn++) cache.set(lsn, new Uint8Array(900));
    assert.ok(cache.getOfMany(1) && cache.get(2));
    cache.set(9, new Uint8Array(900));
    assert.equal(cache.getOfMany(1), undefined);
    assert.ok(cache.get(2));
  });

  it('holds nothing when it is turned off', () => {
    const cache = new DocumentCache(0);
    cache.set(1, new Uint8Array(10));
    assert.equal(cache.get(1), undefined);
    assert.deepEqual([cache.bytes, cache.size], [0, 0]);
    assert.deepEqual([cache.hits, cache.misses], [0, 1]);
  });
});
