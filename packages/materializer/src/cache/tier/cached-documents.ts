import { createHash } from 'node:crypto';
import type { BranchRecord, Lsn, MaybePromise, Store } from '@argon/wal';
import { sealed, unsealed } from './seal';
import type { SharedTier } from './shared-tier';

export interface CachedDocumentsOptions {
  /**
   * Which store it is; its address unless told. Processes share documents if they use the same id, so give one where the
   * same store is reached under several addresses. And give a new one after a store was restored from a backup in place:
   * it may then hand out LSNs a second time.
   */
  readonly storeId?: string;
}

/** What is known about so many branches; beyond that it is asked for again. */
const MAX_BRANCHES = 10_000;

/**
 * A store's documents with a shared cache before them, by branch and LSN, where they never change. Two stores never mix:
 * keys tell the store and what made the branch. A value is bound to its key by a checksum, so damage is noticed; but
 * whoever can write to the cache can also forge documents, so let only those do so who may write to the store.
 *
 * For stores that answer later; see `cachedChunkStore`.
 */
export function cachedDocuments(
  store: Pick<Store, 'branchById' | 'documents' | 'location'>,
  tier: SharedTier,
  options: CachedDocumentsOptions = {},
): Pick<Store, 'documents'> {
  const storeId = options.storeId ?? store.location;
  const branches = new Map<number, string>();

  /** The beginning of the keys of a branch's documents. */
  function prefixOf(branchId: number): MaybePromise<string | undefined> {
    const known = branches.get(branchId);
    if (known !== undefined) return known;
    const remember = (record: BranchRecord | undefined): string | undefined => {
      if (record === undefined) return undefined;
      if (branches.size >= MAX_BRANCHES) branches.clear();
      const prefix = `d:${originOf(storeId, record)}:`;
      branches.set(branchId, prefix);
      return prefix;
    };
    const record = store.branchById(branchId);
    return record instanceof Promise ? record.then(remember) : remember(record);
  }

  function documentsUnder(
    prefix: string | undefined,
    branchId: number,
    lsns: readonly Lsn[],
  ): MaybePromise<readonly (Uint8Array | undefined)[]> {
    const keys = prefix === undefined ? [] : lsns.map((lsn) => `${prefix}${lsn}`);
    const asked = tier.read(keys, (value, i) => unsealed(keys[i]!, value));
    return asked
      ? asked.then((cached) => fill(branchId, lsns, keys, cached))
      : store.documents(branchId, lsns);
  }

  async function fill(
    branchId: number,
    lsns: readonly Lsn[],
    keys: readonly string[],
    cached: readonly (Uint8Array | undefined)[],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const missing = lsns.flatMap((lsn, i) => (cached[i] === undefined ? [{ lsn, key: keys[i]! }] : []));
    if (missing.length === 0) return cached;
    const found = await store.documents(
      branchId,
      missing.map(({ lsn }) => lsn),
    );
    tier.write(
      missing.flatMap(({ key }, i) => {
        const document = found[i];
        return document ? [{ key, value: sealed(key, document) }] : [];
      }),
    );
    let next = 0;
    return cached.map((document) => document ?? found[next++]);
  }

  return {
    documents(branchId, lsns) {
      if (!tier.isAsked) return store.documents(branchId, lsns);
      const prefix = prefixOf(branchId);
      return prefix instanceof Promise
        ? prefix.then((known) => documentsUnder(known, branchId, lsns))
        : documentsUnder(prefix, branchId, lsns);
    },
  };
}

/** What made a branch, which no other branch of any store shares: not its name, which may change. */
function originOf(storeId: string, branch: BranchRecord): string {
  const { id, projectId, parentId, baseLsn, createdAt, createdBy } = branch;
  const origin = JSON.stringify([
    storeId,
    id,
    projectId,
    parentId,
    baseLsn,
    createdAt,
    createdBy.user,
    createdBy.app,
  ]);
  return createHash('sha256').update(origin).digest('base64url').slice(0, 22);
}
