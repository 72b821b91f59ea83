import { batches, LegacyServerError } from '@argon/branch/prefix';
import { documentId, idKey, type Timestamp, type Value } from '@argon/bson';
import type { CollectionState, RecordRef } from '@argon/materializer';
import { ahead } from '../checkout/batch-sizes';
import type { BranchDocuments } from '../checkout/branch-documents';
import { readConcern } from '../site/read-concern';
import { presentById } from '../site/present';
import type { Site } from '../site/site';

/** A document that a branch and a site do not have alike, to the byte; matched by `_id`. */
export type DocumentFinding =
  | { readonly kind: 'extra'; readonly site: Uint8Array }
  | {
      readonly kind: 'different';
      readonly ref: RecordRef;
      readonly branch: Uint8Array;
      readonly site: Uint8Array;
    }
  | { readonly kind: 'missing'; readonly ref: RecordRef; readonly branch: Uint8Array };

export interface ComparedBatch {
  /** How many documents were looked at. */
  readonly seen: number;
  readonly findings: readonly DocumentFinding[];
}

/** mongod gives 16 MiB in one batch. */
const BATCH = 5000;
const NAMESPACE_NOT_FOUND = 26;

/**
 * Compares a branch's collection with a site's, in memory for a batch. The site's documents come as they lie, and each is
 * looked up on the branch by its `_id`: so it does not matter in which order either side would sort. Then, if the branch
 * has more, those that the site lacks.
 * @param time the moment of the site's server; undefined: as they are found
 */
export async function* compareDocuments(
  branch: BranchDocuments,
  collection: CollectionState | undefined,
  site: Site,
  stored: string,
  time: Timestamp | undefined,
): AsyncGenerator<ComparedBatch> {
  let matched = 0;
  for await (const documents of ahead(siteDocuments(site, stored, time))) {
    const findings = await compareBatch(branch, collection, documents);
    matched += documents.length - findings.filter(({ kind }) => kind === 'extra').length;
    yield { seen: documents.length, findings };
  }
  if (collection !== undefined && matched < collection.count) {
    yield* missingDocuments(branch, collection, site, stored, time);
  }
}

async function* siteDocuments(
  site: Site,
  stored: string,
  time: Timestamp | undefined,
): AsyncGenerator<readonly Uint8Array[]> {
  const find = { find: stored, batchSize: BATCH, readConcern: readConcern(time) };
  try {
    yield* batches(site.database, find, BATCH);
  } catch (error) {
    // Snapshot reads say so of a collection that is not there.
    if (!(error instanceof LegacyServerError) || error.mongoCode !== NAMESPACE_NOT_FOUND) throw error;
  }
}

async function compareBatch(
  branch: BranchDocuments,
  collection: CollectionState | undefined,
  documents: readonly Uint8Array[],
): Promise<readonly DocumentFinding[]> {
  const findings: DocumentFinding[] = [];
  let some: { readonly ref: RecordRef; readonly site: Uint8Array }[] = [];
  const flush = async (): Promise<void> => {
    const loaded = await branch.load(some.map(({ ref }) => ref));
    for (const [i, { ref, site }] of some.entries()) {
      if (Buffer.compare(site, loaded[i]!) !== 0) {
        findings.push({ kind: 'different', ref, branch: loaded[i]!, site });
      }
    }
    some = [];
  };
  for (const site of documents) {
    const key = idKey(documentId(site));
    const found = collection?.byId(key);
    const ref = found instanceof Promise ? await found : found;
    if (ref === undefined) findings.push({ kind: 'extra', site });
    else some.push({ ref, site });
    if (some.length >= branch.step) await flush();
  }
  await flush();
  return findings;
}

async function* missingDocuments(
  branch: BranchDocuments,
  collection: CollectionState,
  site: Site,
  stored: string,
  time: Timestamp | undefined,
): AsyncGenerator<ComparedBatch> {
  for await (const { refs, documents } of ahead(branch.withRefs(collection))) {
    const ids = documents.map((document) => documentId(document) as Value);
    const present = await presentById(site, stored, ids, time, true);
    const findings = documents.flatMap((document, i): DocumentFinding[] =>
      present.has(idKey(ids[i])) ? [] : [{ kind: 'missing', ref: refs[i]!, branch: document }],
    );
    yield { seen: 0, findings };
  }
}
