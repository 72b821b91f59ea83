import type { Materializer } from '@argon/materializer';
import type { Entry, Lsn, Timeline } from '@argon/wal';
import type { EntriesPart, Timelines } from '../log/branch-log';

/** What documents were before the changes of one part. */
export type PreImages = ReadonlyMap<Lsn, Uint8Array>;

/** Reads the versions that these entries of a part replaced. */
export async function preImages(
  materializer: Materializer,
  timelines: Timelines,
  part: EntriesPart,
  changes: readonly Entry[],
): Promise<PreImages> {
  const images = new Map<Lsn, Uint8Array>();
  const first = part.entries[0]!.lsn;
  const missing: Lsn[] = [];
  for (const { prevLsn } of changes) {
    if (prevLsn === 0 || images.has(prevLsn)) continue;
    const own = prevLsn >= first ? part.entries[prevLsn - first] : undefined;
    if (own?.lsn === prevLsn && own.document !== null) images.set(prevLsn, own.document);
    else missing.push(prevLsn);
  }
  if (missing.length > 0) {
    const timeline: Timeline = await timelines.with(part);
    const found = await materializer.documents({ branchId: part.chainId, timeline }, missing);
    for (const [i, lsn] of missing.entries()) images.set(lsn, found[i]!);
  }
  return images;
}
