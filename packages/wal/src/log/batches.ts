import type { Commit } from '../entry/entry';

/** About how many bytes of documents a batch of commits holds; a larger commit is a batch of its own. */
export const BATCH_BYTES = 1 << 20;

/** What an entry weighs besides its document. */
const ENTRY_BYTES = 128;

/** The bytes of a commit as batches count them. */
export function commitBytes(commit: Commit): number {
  let bytes = 0;
  for (const entry of commit.entries) bytes += ENTRY_BYTES + (entry.document?.length ?? 0);
  return bytes;
}

/** Commits in batches of bounded bytes, in the same order. */
export function* batched(commits: Iterable<Commit>, maxBytes = BATCH_BYTES): Iterable<readonly Commit[]> {
  let batch: Commit[] = [];
  let bytes = 0;
  for (const commit of commits) {
    batch.push(commit);
    bytes += commitBytes(commit);
    if (bytes >= maxBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}
