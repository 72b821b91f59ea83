import type { TransferCommit, TransferEntry } from './contract';

const MAX_ENTRIES = 1_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** A commit in parts of bounded size, each of one entry at least. */
export function partsOf(commit: TransferCommit): readonly TransferCommit[] {
  const parts: TransferEntry[][] = [];
  let bytes = Infinity;
  for (const entry of commit.entries) {
    const size = entry.document?.length ?? 0;
    if (bytes + size > MAX_BYTES || parts.at(-1)!.length >= MAX_ENTRIES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(entry);
    bytes += size;
  }
  return parts.map((entries, i) => ({ ...commit, entries, more: i < parts.length - 1 }));
}
