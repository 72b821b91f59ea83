import { retentionOf, type BranchRecord, type Commit, type Entry, type Lsn } from '@argon/wal';
import type { LayeredBranchState } from '../state/branch-state';

/**
 * Which updates and deletes among these commits do not name the version that they replace: the one that the branch showed
 * just before. Where history is compacted, that version may be gone.
 * @param commits of one catalogue: none of them makes, drops or renames a collection, or resets the branch
 */
export async function brokenLinks(
  record: BranchRecord,
  before: LayeredBranchState,
  commits: readonly Commit[],
): Promise<{ readonly lsn: Lsn; readonly problem: string }[]> {
  const { horizon } = retentionOf(record);
  const newest = new Map<Lsn, Lsn>();
  const replacing: { entry: Entry; known: Lsn | undefined }[] = [];
  for (const { entries } of commits) {
    for (const entry of entries) {
      const isReplacing = entry.operation === 'update' || entry.operation === 'delete';
      if (isReplacing && entry.lsn > horizon) replacing.push({ entry, known: newest.get(entry.recordLsn) });
      if (entry.recordLsn > 0) newest.set(entry.recordLsn, entry.lsn);
    }
  }
  const versions = await versionsOf(
    before,
    replacing.filter(({ known }) => known === undefined).map(({ entry }) => entry),
  );
  return replacing.flatMap(({ entry: { lsn, prevLsn, recordLsn }, known }) => {
    const version = known ?? versions.get(recordLsn);
    if (version === prevLsn) return [];
    const problem =
      version === undefined
        ? `it changes record ${recordLsn}, which its collection does not have here`
        : `it names ${prevLsn} as the version that it replaces, which is ${version}`;
    return [{ lsn, problem }];
  });
}

/** The versions that a state has of the records that entries change. */
async function versionsOf(
  state: LayeredBranchState,
  entries: readonly Entry[],
): Promise<ReadonlyMap<Lsn, Lsn>> {
  const byCollection = new Map<string, Lsn[]>();
  for (const { collection, recordLsn } of entries) {
    const records = byCollection.get(collection);
    if (records === undefined) byCollection.set(collection, [recordLsn]);
    else records.push(recordLsn);
  }
  const versions = new Map<Lsn, Lsn>();
  for (const [name, records] of byCollection) {
    const refs = (await state.collections.get(name)?.byRecords(records)) ?? [];
    for (const ref of refs) if (ref !== undefined) versions.set(ref.record, ref.lsn);
  }
  return versions;
}
