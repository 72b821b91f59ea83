import type { CollectionState, RecordDifference } from '@argon/materializer';
import { documentId, type Timestamp, type Value } from '@argon/bson';
import type { Lsn } from '@argon/wal';
import type { Site } from '../site/site';
import { compareDocuments } from '../verify/compare-documents';
import { ahead } from './batch-sizes';
import type { BranchDocuments } from './branch-documents';
import type { CollectionWriter, InTheWay } from './collection-writer';
import type { Pace } from './pace';

/** A collection whose documents are to become what a branch has. */
export interface Work {
  readonly documents: BranchDocuments;
  readonly collection: CollectionState;
  readonly writer: CollectionWriter;
  readonly pace: Pace;
}

/** Into a collection that has none. */
export async function writeAll({ documents, collection, writer, pace }: Work): Promise<void> {
  for await (const batch of ahead(documents.withRefs(collection))) {
    pace.seen(0);
    refuse(writer, await writer.insert(batch.documents));
    pace.seen(batch.documents.length);
  }
}

/**
 * Into one that holds what the collection of another state has, or something between the two. What goes, goes first, so
 * that no unique index is in the way; documents that swap values of one are taken out and put back at the end.
 * @param before that state's, and what the collection is called there
 */
export async function writeDifference(
  work: Work,
  before: { readonly documents: BranchDocuments; readonly name: string },
): Promise<void> {
  const { documents, collection, writer, pace } = work;
  const { materializer, state } = documents;
  const names = { before: before.name, after: collection.catalog.name };
  const differences = () => records(materializer.diff(before.documents.state, state, names));
  for await (const batch of gathered(differences(), (each) => each.after === undefined, before.documents)) {
    pace.seen(0);
    const gone = await before.documents.load(batch.map((each) => ({ lsn: each.before! })));
    await writer.delete(gone.map((document) => documentId(document)!));
    pace.seen(batch.length);
  }
  const later = new Later(work);
  for await (const batch of gathered(differences(), (each) => each.after !== undefined, documents)) {
    pace.seen(0);
    const lsns = batch.map((each) => each.after!);
    const now = await documents.load(lsns.map((lsn) => ({ lsn })));
    const changed = now.filter((_, i) => batch[i]!.before !== undefined);
    const added = now.filter((_, i) => batch[i]!.before === undefined);
    const blocked = [...(await writer.replace(changed)), ...(await writer.insert(added))];
    await later.take(blocked, (document) => lsns[now.indexOf(document)]!);
    pace.seen(batch.length);
  }
  await later.insert();
}

/** Into one of which it is not known what it holds: what is equal stays. */
export async function writeContent(work: Work, site: Site, stored: string, time?: Timestamp): Promise<void> {
  const { documents, collection, writer, pace } = work;
  const later = new Later(work);
  for await (const { seen, findings } of compareDocuments(documents, collection, site, stored, time)) {
    pace.seen(seen);
    const extra: Value[] = [];
    const different: Uint8Array[] = [];
    const missing: Uint8Array[] = [];
    const lsns = new Map<Uint8Array, Lsn>();
    for (const finding of findings) {
      if (finding.kind === 'extra') extra.push(documentId(finding.site)!);
      else {
        (finding.kind === 'different' ? different : missing).push(finding.branch);
        lsns.set(finding.branch, finding.ref.lsn);
      }
    }
    await writer.delete(extra);
    const blocked = [...(await writer.replace(different)), ...(await writer.insert(missing))];
    await later.take(blocked, (document) => lsns.get(document)!);
  }
  await later.insert();
}

/** Documents that others were in the way of: out of everybody's way until all the others are what they should be. */
class Later {
  readonly #lsns: Lsn[] = [];

  constructor(private readonly work: Work) {}

  async take(blocked: readonly InTheWay[], lsnOf: (document: Uint8Array) => Lsn): Promise<void> {
    if (blocked.length === 0) return;
    await this.work.writer.delete(blocked.map(({ document }) => documentId(document)!));
    for (const { document } of blocked) this.#lsns.push(lsnOf(document));
  }

  async insert(): Promise<void> {
    const { documents, writer } = this.work;
    for (let begin = 0; begin < this.#lsns.length;) {
      const some = this.#lsns.slice(begin, begin + documents.step);
      refuse(writer, await writer.insert(await documents.load(some.map((lsn) => ({ lsn })))));
      begin += some.length;
    }
  }
}

/** @throws SiteRefusedError: nothing else is to come that could make way */
function refuse(writer: CollectionWriter, [first]: readonly InTheWay[]): void {
  if (first !== undefined) throw writer.refused(first.document, first.refusal);
}

export async function* records(differences: {
  next(): Promise<readonly RecordDifference[] | undefined>;
}): AsyncGenerator<readonly RecordDifference[]> {
  for (let batch = await differences.next(); batch !== undefined; batch = await differences.next()) {
    yield batch;
  }
}

/** Those that count, as many together as may be read at once. */
async function* gathered(
  batches: AsyncIterable<readonly RecordDifference[]>,
  counts: (difference: RecordDifference) => boolean,
  documents: BranchDocuments,
): AsyncGenerator<readonly RecordDifference[]> {
  let some: RecordDifference[] = [];
  for await (const batch of batches) {
    some.push(...batch.filter(counts));
    while (some.length >= documents.step) {
      const full = some.slice(0, documents.step);
      some = some.slice(full.length);
      yield full;
    }
  }
  while (some.length > 0) {
    const rest = some.slice(0, documents.step);
    some = some.slice(rest.length);
    yield rest;
  }
}
