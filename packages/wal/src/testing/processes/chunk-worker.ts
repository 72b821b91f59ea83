import assert from 'node:assert/strict';
import { FolderChunkStore } from '../../store/folder/index';
import { openStore } from '../../store/open';
import { chunkOf, hex } from '../chunk-content';

/*
 * Puts, gets and removes the same chunks as its siblings, which all are old: what is older than `before` may go at any
 * time, and what this process has put may not go any more.
 * Arguments: the store's address (or `folder:path`), how many chunks, `before` (ms), which chunks it renews (the n-th of m).
 */
const [address, count, before, n, m] = process.argv.slice(2) as [string, string, string, string, string];
const store = address.startsWith('folder:') ? undefined : await openStore(address, { create: false });
const chunks = store?.chunks ?? new FolderChunkStore(address.slice('folder:'.length));
const all = Array.from({ length: Number(count) }, (_, i) => chunkOf(`chunk ${i}`, 300 + 10 * i));
const hashes = all.map(({ hash }) => hash);

let removed = 0;
for (const [i, chunk] of all.entries()) {
  removed += await chunks.remove(hashes.slice(0, 2 * i + 1), Number(before));
  if (i % Number(m) === Number(n)) {
    await chunks.put([chunk]);
    assert.equal(hex((await chunks.get([chunk.hash]))[0]), hex(chunk.bytes), 'what was put is there');
  }
  const got = await chunks.get(hashes);
  for (const [j, bytes] of got.entries()) {
    if (bytes !== undefined) assert.equal(hex(bytes), hex(all[j]!.bytes), 'what is there is right');
    else assert.ok(j % Number(m) !== Number(n) || j > i, 'what was put stays');
  }
}
await store?.close();
console.log(String(removed));
