import { encodeDocument } from '@argon/bson';
import { type BranchRecord, NOBODY, type Store } from '@argon/wal';
import { MemoryStore } from '@argon/wal/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedDocuments } from './cached-documents';
import { SharedTier } from './shared-tier';
import { damaged, FickleCache } from './testing/fickle-cache';

/** A store with three documents at LSN 3, 4 and 5, each with the store's own text. */
async function storeWith(
  text: string,
  now: () => number,
): Promise<{ store: MemoryStore; branch: BranchRecord }> {
  const store = new MemoryStore({ now });
  const { branch } = await store.createProject({ name: 'shop', branchName: 'main', actor: NOBODY });
  const entries = [1, 2, 3].map((id) => ({
    operation: 'insert' as const,
    collection: 'things',
    documentId: id,
    document: encodeDocument({ _id: id, text }),
    prevLsn: 0,
    recordLsn: 0,
  }));
  const after = store.head(branch.id).lsn;
  await store.append({ branchId: branch.id, after, commits: [{ actor: NOBODY, entries }] });
  return { store, branch };
}

const plain = (documents: readonly (Uint8Array | undefined)[]) =>
  documents.map((document) => document && Buffer.from(document).toString('hex'));

describe('cachedDocuments', () => {
  let cache: FickleCache;
  let tier: SharedTier;
  let store: MemoryStore;
  let branch: BranchRecord;
  const lsns = [5, 3, 4, 3];
  const direct = (from: Store, branchId = branch.id) =>
    Promise.resolve(from.documents(branchId, lsns)).then(plain);

  beforeEach(async () => {
    cache = new FickleCache();
    tier = new SharedTier(cache, { timeoutMs: 20, pauseMs: 10 });
    ({ store, branch } = await storeWith('one', () => 1000));
  });
  afterEach(() => tier.close());

  it('asks the store only for what the cache has not, and fills the cache', async () => {
    const reader = cachedDocuments(store, tier);
    const documents = vi.spyOn(store, 'documents');
    await reader.documents(branch.id, [3]);
    await tier.idle();
    expect(plain(await reader.documents(branch.id, lsns))).toEqual(await direct(store));
    expect(documents.mock.calls.slice(0, 2)).toEqual([
      [branch.id, [3]],
      [branch.id, [5, 4]],
    ]);
    await tier.idle();
    documents.mockClear();
    expect((await reader.documents(branch.id, lsns)).every((document) => document !== undefined)).toBe(true);
    expect(documents).not.toHaveBeenCalled();
  });

  it('two stores never mix, though their LSNs are the same', async () => {
    const other = await storeWith('two', () => 2000);
    for (const s of [store, other.store]) {
      await cachedDocuments(s, tier).documents(branch.id, lsns);
      await tier.idle();
    }
    expect(cache.values.size).toBe(6);
    expect(plain(await cachedDocuments(store, tier).documents(branch.id, lsns))).toEqual(await direct(store));
    expect(plain(await cachedDocuments(other.store, tier).documents(branch.id, lsns))).toEqual(
      await direct(other.store),
    );
    const twin = await storeWith('three', () => 1000);
    const named = cachedDocuments(twin.store, tier, { storeId: 'another' });
    expect(plain(await named.documents(branch.id, lsns))).toEqual(await direct(twin.store));
  });

  it('a branch keeps its documents when it is renamed, and shares none with another', async () => {
    const { id, projectId } = branch;
    const base = { projectId, parentId: id, baseLsn: 5, actor: NOBODY };
    const fork = await store.createBranch({ ...base, name: 'fork' });
    await cachedDocuments(store, tier).documents(id, lsns);
    await tier.idle();
    const hits = tier.stats().hits;
    await cachedDocuments(store, tier).documents(id, [3]);
    expect(tier.stats().hits).toBe(hits + 1);
    expect(plain(await cachedDocuments(store, tier).documents(fork.id, [3, 4]))).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('never gives other bytes: damaged, cut short, or under the wrong key', async () => {
    const reader = cachedDocuments(store, tier);
    await reader.documents(branch.id, lsns);
    await tier.idle();
    const [first, second, third] = [...cache.values.keys()] as [string, string, string];
    const swapped = cache.values.get(first)!;
    cache.values.set(first, damaged(swapped));
    cache.values.set(second, swapped);
    cache.values.set(third, cache.values.get(third)!.subarray(0, 10));
    expect(plain(await reader.documents(branch.id, lsns))).toEqual(await direct(store));
    expect(tier.stats().corrupt).toBeGreaterThanOrEqual(3);
  });

  it.each(['failing', 'silent', 'lying', 'short'] as const)('goes on with a %s cache', async (mood) => {
    cache.mood = mood;
    const reader = cachedDocuments(store, tier);
    for (let i = 0; i < 8; i++) {
      expect(plain(await reader.documents(branch.id, lsns))).toEqual(await direct(store));
      await tier.idle();
    }
  });

  it('is as quick as the store while the cache is left alone', async () => {
    cache.mood = 'failing';
    const reader = cachedDocuments(store, tier);
    for (let i = 0; i < 3; i++) await reader.documents(branch.id, lsns);
    expect(reader.documents(branch.id, lsns)).not.toBeInstanceOf(Promise);
  });

  it('says what the store says of a branch that is not there', async () => {
    await expect(async () => cachedDocuments(store, tier).documents(99, [1])).rejects.toMatchObject({
      code: 'ARGON_WAL_BRANCH_NOT_FOUND',
    });
  });
});
