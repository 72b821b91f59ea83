import { mayMigrate, type Flags } from '@argon/branch';
import type { CrossingParts } from '@argon/branch/dual';
import { LegacyServerError, run, type LegacyBranch } from '@argon/branch/prefix';
import { decodeDocument } from '@argon/bson';
import { listSite, siteNotes } from '../copy/definitions';
import { prefixSite, type Site } from '../site/site';
import type { BranchMigration, BranchPlan } from './contract';

/** What a copy does on two cores, about. */
const DOCUMENTS_PER_SECOND = 10_000;
const NAMESPACE_NOT_FOUND = 26;

/** What migrating a branch takes. Changes nothing. */
export async function planOf(
  { directory }: CrossingParts,
  record: LegacyBranch,
  state: BranchMigration,
  flags: Flags,
  documentsPerSecond = DOCUMENTS_PER_SECOND,
): Promise<BranchPlan> {
  const site = await prefixSite(directory, record.name);
  const { names, views } = await listSite(site);
  let documents = 0;
  let bytes = 0;
  for (const name of names) {
    if (views.has(name)) continue;
    const size = await sizeOf(site, name);
    documents += size.documents;
    bytes += size.bytes;
  }
  return {
    ...state,
    allowed: mayMigrate(flags, record.createdAt ?? null),
    collections: names.length - views.size,
    documents,
    bytes,
    seconds: documents / documentsPerSecond,
    notes: await siteNotes(site),
  };
}

async function sizeOf(site: Site, collection: string): Promise<{ documents: number; bytes: number }> {
  try {
    const reply = decodeDocument(await run(site.database, { collStats: site.stored(collection) }));
    const number = (field: string) => Number(reply.get(field) ?? 0);
    return { documents: number('count'), bytes: number('storageSize') + number('totalIndexSize') };
  } catch (error) {
    // Dropped since it was listed.
    if (!(error instanceof LegacyServerError) || error.mongoCode !== NAMESPACE_NOT_FOUND) throw error;
    return { documents: 0, bytes: 0 };
  }
}

/** Parents before what was copied from them, so that those become their children in the log. */
export function parentsFirst<T extends { readonly name: string; readonly parent: string | null }>(
  branches: readonly T[],
): readonly T[] {
  const byName = new Map(branches.map((branch) => [branch.name, branch]));
  const ordered = new Set<T>();
  const visit = (branch: T, above: ReadonlySet<T>): void => {
    const parent = branch.parent === null ? undefined : byName.get(branch.parent);
    // A ring of parents is nonsense, and no reason to go round for ever.
    if (parent !== undefined && !above.has(parent)) visit(parent, new Set([...above, branch]));
    ordered.add(branch);
  };
  for (const branch of branches) visit(branch, new Set());
  return [...ordered];
}
