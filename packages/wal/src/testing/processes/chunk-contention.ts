import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ChunkStore } from '../../store/chunks';
import { chunkOf, hex, listed } from '../chunk-content';

const CHUNKS = 40;
const PROCESSES = 4;

/**
 * Lets several processes renew and remove the same chunks at once. Each checks while it works that nothing that it
 * has renewed goes; in the end all chunks are there, as all have been renewed by one of them.
 *
 * @param address where the chunk store is, as `chunk-worker` wants it
 * @param program the compiled `chunk-worker`
 */
export async function chunkContentionTest(
  address: string,
  program: string,
  chunks: ChunkStore,
): Promise<void> {
  const all = Array.from({ length: CHUNKS }, (_, i) => chunkOf(`chunk ${i}`, 300 + 10 * i));
  await chunks.put(all);
  await sleep(5);
  const before = Date.now();
  await sleep(5);
  const run = promisify(execFile);
  const outputs = await Promise.all(
    Array.from({ length: PROCESSES }, (_, n) =>
      run(process.execPath, [program, address, String(CHUNKS), String(before), String(n), String(PROCESSES)]),
    ),
  );
  const removed = outputs.reduce((sum, { stdout }) => sum + Number(stdout), 0);
  assert.ok(removed > 0 && removed <= CHUNKS, `${removed} of ${CHUNKS} old chunks were removed`);
  const got = await chunks.get(all.map(({ hash }) => hash));
  assert.deepEqual(
    got.map(hex),
    all.map(({ bytes }) => hex(bytes)),
  );
  const list = await listed(chunks);
  assert.equal(list.size, CHUNKS);
  for (const { putAt } of list.values()) assert.ok(putAt >= before);
}
