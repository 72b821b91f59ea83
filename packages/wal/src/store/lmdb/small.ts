import type { DraftCommit } from '../../entry/entry';

const SMALL_ENTRIES = 16;
const SMALL_BYTES = 16 * 1024;

/** Whether it takes no longer to write these than to have a thread do it. */
export function isSmall(commits: readonly DraftCommit[]): boolean {
  const [commit] = commits;
  if (commits.length !== 1 || commit!.entries.length > SMALL_ENTRIES) return false;
  let bytes = 0;
  for (const { document } of commit!.entries) bytes += document?.length ?? 0;
  return bytes <= SMALL_BYTES;
}
