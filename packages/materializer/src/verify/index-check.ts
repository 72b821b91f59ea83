import { documentId, idKey } from '@argon/bson';
import { Pacer, type ChunkHash, type Lsn } from '@argon/wal';
import type { DocumentReader } from '../cache/document-reader';
import { IndexUnsupportedError } from '../errors';
import { indexEntryKey } from '../index/entry-key';
import { keyExtractor, type KeyExtractor, type KeySources } from '../index/key-extractor';
import type { LayeredBranchState } from '../state/branch-state';
import type { CollectionBase, IndexBase } from '../state/collection-base';
import type { LayeredCollectionState } from '../state/collection-state';
import { indexIdentity } from '../state/index-definition';

const BATCH_SIZE = 256;

/** An index while documents are compared with it. */
interface Compared {
  readonly name: string;
  readonly base: IndexBase;
  readonly extract: KeyExtractor;
  /** Entries that its documents have. */
  expected: number;
}

/**
 * Compares a snapshot's indexes with its documents: every key that a document has is in the index, and the index has no more
 * than those. Documents are read once for all indexes, in batches.
 */
export class IndexCheck {
  /** Trees that were compared. */
  indexes = 0;
  /** What was found in collections, by their chunk. */
  readonly #checked = new Map<ChunkHash, string | undefined>();

  constructor(
    private readonly documents: DocumentReader,
    private readonly keySources: KeySources,
    private readonly onBatch: () => void,
  ) {}

  /**
   * @param state as a snapshot was read: nothing changed since
   * @returns what is wrong, collection by collection
   * @throws DocumentMissingError
   */
  async problems(state: LayeredBranchState): Promise<string[]> {
    const problems: string[] = [];
    for (const [name, collection] of state.collections) {
      const { base } = collection;
      if (base === undefined) continue;
      const { chunk } = base.stored;
      const problem = this.#checked.has(chunk)
        ? this.#checked.get(chunk)
        : await this.#collection(state, collection, base);
      if (problem !== undefined) problems.push(`${problem} (collection '${name}')`);
      this.#checked.set(chunk, problem);
    }
    return problems;
  }

  async #collection(
    state: LayeredBranchState,
    collection: LayeredCollectionState,
    base: CollectionBase,
  ): Promise<string | undefined> {
    const pacer = new Pacer();
    const indexes = this.#comparable(collection, base);
    this.indexes += 1 + indexes.length;
    const scan = base.records.scan({ batchSize: BATCH_SIZE });
    for (let batch = await scan.next(); batch !== undefined; batch = await scan.next()) {
      const records = Array.from(batch.keys);
      const documents = await this.documents.read(state, Array.from(batch.values), Infinity);
      const problem =
        (await wrongId(base, records, documents)) ?? (await wrongKey(indexes, records, documents));
      if (problem !== undefined) return problem;
      this.onBatch();
      if (pacer.due) await pacer.giveWay();
    }
    for (const { name, base: index, expected } of indexes) {
      const more = index.tree.count - expected;
      if (more > 0) return `index '${name}' has ${more} more entries than its documents have keys`;
    }
    return undefined;
  }

  #comparable({ catalog }: LayeredCollectionState, base: CollectionBase): Compared[] {
    const indexes = new Map<string, Compared>();
    for (const definition of catalog.indexes) {
      const identity = indexIdentity(definition);
      const index = base.indexes.get(identity);
      if (index === undefined || indexes.has(identity)) continue;
      try {
        const extract = keyExtractor(definition, this.keySources);
        indexes.set(identity, { name: definition.name, base: index, extract, expected: 0 });
      } catch (error) {
        // Whoever wrote it knew more kinds of index.
        if (!(error instanceof IndexUnsupportedError)) throw error;
      }
    }
    return [...indexes.values()];
  }
}

async function wrongId(
  base: CollectionBase,
  records: readonly Lsn[],
  documents: readonly Uint8Array[],
): Promise<string | undefined> {
  const byKey = new Map(
    documents.map((document, i) => [idKey(documentId(document) ?? null), records[i]!] as const),
  );
  const keys = [...byKey.keys()].sort();
  const found = await base.ids.getMany(keys);
  const at = keys.findIndex((key, i) => found[i] !== byKey.get(key));
  if (at < 0) return undefined;
  return `index '_id_' leads to record ${found[at] ?? 'none'} for the _id of record ${byKey.get(keys[at]!)}`;
}

async function wrongKey(
  indexes: readonly Compared[],
  records: readonly Lsn[],
  documents: readonly Uint8Array[],
): Promise<string | undefined> {
  for (const index of indexes) {
    const none = (): number[] => index.base.multikey.map(() => 0);
    const seen = { multikey: none(), forms: none() };
    const byEntry = new Map<string, Lsn>();
    for (const [i, document] of documents.entries()) {
      for (const key of index.extract(document, seen))
        byEntry.set(indexEntryKey(key, records[i]!), records[i]!);
    }
    const keys = [...byEntry.keys()].sort();
    const found = await index.base.tree.getMany(keys);
    const at = found.findIndex((value) => value === undefined);
    if (at >= 0) return `index '${index.name}' lacks an entry of record ${byEntry.get(keys[at]!)}`;
    if (!covers(index.base.multikey, seen.multikey) || !covers(index.base.forms, seen.forms))
      return `index '${index.name}' does not tell which of its fields hold arrays, or values of which forms`;
    index.expected += keys.length;
  }
  return undefined;
}

/** Whether masks have all bits of others. */
function covers(masks: readonly number[], others: readonly number[]): boolean {
  return others.every((mask, i) => (masks[i]! & mask) === mask);
}
