import { documentId, encodeDocument, idKey, type Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import { ask, MAJORITY, refusalsOf, type Refusal } from '../site/ask';
import { presentById } from '../site/present';
import type { Site } from '../site/site';
import { persistently } from '../site/transient';
import { cut } from './batch-sizes';
import { SiteRefusedError } from './errors';
import type { Pace } from './pace';
import { deletion, hasEmptyTimestamp, replacement } from './statements';

const DUPLICATE_KEY = 11000;

/** A document that could not be written yet, for another one has a value of a unique index. */
export interface InTheWay {
  readonly document: Uint8Array;
  readonly refusal: Refusal;
}

/** Writes documents of one collection, by `_id` and as a whole, so that to write them again changes nothing. */
export class CollectionWriter {
  constructor(
    private readonly site: Site,
    private readonly catalog: CollectionCatalog,
    private readonly pace: Pace,
  ) {}

  /** As the branch calls it. */
  private get collection(): string {
    return this.catalog.name;
  }

  private get stored(): string {
    return this.site.stored(this.collection);
  }

  /**
   * New documents, in this order. @throws SiteRefusedError
   * @returns those that another document is in the way of
   */
  async insert(documents: readonly Uint8Array[]): Promise<readonly InTheWay[]> {
    const blocked: InTheWay[] = [];
    for (const run of runsOf(documents)) {
      for (const batch of this.#batches(run.documents, (each) => each.length)) {
        const refusals = run.plain ? await this.#insert(batch) : await this.#upsert(batch);
        const kept = await this.#settle(batch, refusals);
        blocked.push(...kept);
        this.pace.inserted += batch.length - kept.length;
        await this.pace.wrote(batch.length);
      }
    }
    return blocked;
  }

  /** Documents that are there, or should be. @throws SiteRefusedError @returns those that another document is in the way of */
  async replace(documents: readonly Uint8Array[]): Promise<readonly InTheWay[]> {
    const blocked: InTheWay[] = [];
    for (const batch of this.#batches(documents, (each) => each.length)) {
      const refusals = await this.#upsert(batch);
      for (const refusal of refusals) {
        const document = batch[refusal.index]!;
        if (refusal.code !== DUPLICATE_KEY) throw this.refused(document, refusal);
        blocked.push({ document, refusal });
      }
      this.pace.updated += batch.length - refusals.length;
      await this.pace.wrote(batch.length);
    }
    return blocked;
  }

  /** @throws SiteRefusedError */
  async delete(ids: readonly Value[]): Promise<void> {
    for (const each of this.#batches(ids, () => 64)) {
      const batch = await this.#exact(each);
      if (batch.length === 0) continue;
      const deletes = batch.map((id) => encodeDocument(deletion(id)));
      const command = { delete: this.stored, ordered: false, writeConcern: MAJORITY };
      const reply = await persistently(() =>
        ask(this.site.database, command, new Map([['deletes', deletes]])),
      );
      const [refusal] = refusalsOf(reply);
      if (refusal !== undefined) {
        throw new SiteRefusedError(this.site.location, this.collection, refusal.message, {
          id: batch[refusal.index],
          code: refusal.code,
        });
      }
      this.pace.deleted += Number(reply.get('n'));
      await this.pace.wrote(batch.length);
    }
  }

  refused(document: Uint8Array, { code, message }: Refusal): SiteRefusedError {
    const id = documentId(document);
    return new SiteRefusedError(this.site.location, this.collection, message, { id, code });
  }

  /** By a collation, `A` may find `a`: those alone that are there as they are given. */
  async #exact(ids: readonly Value[]): Promise<readonly Value[]> {
    if (!this.catalog.options.has('collation')) return ids;
    const present = await presentById(this.site, this.stored, ids, undefined, true);
    return ids.filter((id) => present.has(idKey(id)));
  }

  #batches<T>(items: readonly T[], sizeOf: (item: T) => number): Iterable<readonly T[]> {
    return slices(cut(items, sizeOf), this.pace.step);
  }

  async #insert(documents: readonly Uint8Array[]): Promise<readonly Refusal[]> {
    // What was let in once, perhaps before there was a validator, is not judged again.
    const command = {
      insert: this.stored,
      ordered: false,
      bypassDocumentValidation: true,
      writeConcern: MAJORITY,
    };
    return this.#write(command, 'documents', documents);
  }

  async #upsert(documents: readonly Uint8Array[]): Promise<readonly Refusal[]> {
    const command = {
      update: this.stored,
      ordered: false,
      bypassDocumentValidation: true,
      writeConcern: MAJORITY,
    };
    const updates = documents.map((document) => encodeDocument(replacement(document)));
    return this.#write(command, 'updates', updates);
  }

  async #write(
    command: Record<string, Value>,
    field: string,
    batch: readonly Uint8Array[],
  ): Promise<readonly Refusal[]> {
    const { database } = this.site;
    return refusalsOf(await persistently(() => ask(database, command, new Map([[field, batch]]))));
  }

  /** Documents whose `_id` is there already: ours of a call before, or to be replaced. */
  async #settle(batch: readonly Uint8Array[], refusals: readonly Refusal[]): Promise<readonly InTheWay[]> {
    if (refusals.length === 0) return [];
    const other = refusals.find(({ code }) => code !== DUPLICATE_KEY);
    if (other !== undefined) throw this.refused(batch[other.index]!, other);
    const ids = refusals.map(({ index }) => documentId(batch[index]!)!);
    const present = await presentById(this.site, this.stored, ids);
    const blocked: InTheWay[] = [];
    const differing: Uint8Array[] = [];
    for (const [i, refusal] of refusals.entries()) {
      const document = batch[refusal.index]!;
      const there = present.get(idKey(ids[i]));
      if (there === undefined) blocked.push({ document, refusal });
      else if (Buffer.compare(there, document) !== 0) differing.push(document);
    }
    return differing.length === 0 ? blocked : [...blocked, ...(await this.#replaced(differing))];
  }

  async #replaced(documents: readonly Uint8Array[]): Promise<readonly InTheWay[]> {
    const refusals = await this.#upsert(documents);
    const other = refusals.find(({ code }) => code !== DUPLICATE_KEY);
    if (other !== undefined) throw this.refused(documents[other.index]!, other);
    return refusals.map((refusal) => ({ document: documents[refusal.index]!, refusal }));
  }
}

function* slices<T>(batches: Iterable<readonly T[]>, step: number): Generator<readonly T[]> {
  for (const batch of batches) {
    for (let begin = 0; begin < batch.length; begin += step) {
      yield step >= batch.length ? batch : batch.slice(begin, begin + step);
    }
  }
}

/** Runs of documents that can be inserted as they are, and of those that cannot. */
function runsOf(
  documents: readonly Uint8Array[],
): readonly { readonly plain: boolean; readonly documents: readonly Uint8Array[] }[] {
  const runs: { plain: boolean; documents: Uint8Array[] }[] = [];
  for (const document of documents) {
    const plain = !hasEmptyTimestamp(document);
    if (runs.at(-1)?.plain !== plain) runs.push({ plain, documents: [] });
    runs.at(-1)!.documents.push(document);
  }
  return runs;
}
