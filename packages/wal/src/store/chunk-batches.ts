import type { Chunk } from './chunks';

/** Chunks in groups of bounded bytes and count, in order; a chunk larger than that goes alone. */
export function* chunkBatches(
  chunks: readonly Chunk[],
  maxBytes: number,
  maxCount: number,
): Generator<readonly Chunk[]> {
  let batch: Chunk[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    if (batch.length > 0 && (batch.length >= maxCount || bytes + chunk.bytes.length > maxBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(chunk);
    bytes += chunk.bytes.length;
  }
  if (batch.length > 0) yield batch;
}

/** A list in groups of at most so many, in order. */
export function* groupsOf<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < list.length; i += size) yield list.slice(i, i + size);
}
