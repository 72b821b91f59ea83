import type { BranchState, CollectionState, Materializer, RecordRef } from '@argon/materializer';
import { BATCH_BYTES, BATCH_DOCUMENTS } from './batch-sizes';

/** Before anything is known of how large documents are, bytes. */
const GUESS = 32 << 10;

/** Documents of records of a state, in batches of about bounded bytes, however large they are. */
export class BranchDocuments {
  #average = GUESS;

  constructor(
    readonly materializer: Materializer,
    readonly state: BranchState,
  ) {}

  /** How many are read at once: fewer where they are large. */
  get step(): number {
    return Math.max(1, Math.min(BATCH_DOCUMENTS, Math.floor(BATCH_BYTES / this.#average)));
  }

  /** The documents of these, all of them: give no more than `step`. */
  async load(refs: readonly Pick<RecordRef, 'lsn'>[]): Promise<readonly Uint8Array[]> {
    const documents = await this.materializer.documents(
      this.state,
      refs.map(({ lsn }) => lsn),
    );
    if (documents.length > 0) {
      const bytes = documents.reduce((sum, document) => sum + document.length, 0);
      // What comes next may be larger: the larger ones count more.
      this.#average = Math.max(bytes / documents.length, this.#average / 2);
    }
    return documents;
  }

  /** A collection's documents in natural order, with where they lie. */
  async *withRefs(
    collection: CollectionState,
  ): AsyncGenerator<{ readonly refs: readonly RecordRef[]; readonly documents: readonly Uint8Array[] }> {
    let after: number | undefined;
    for (;;) {
      // The size of a step changes as documents are seen, so each is a scan of its own from where the last one ended.
      const from = after === undefined ? {} : { after };
      const found = await collection.scan({ batchSize: this.step, ...from }).next();
      if (found === undefined || found.length === 0) return;
      for (let begin = 0; begin < found.length;) {
        const refs = found.slice(begin, begin + this.step);
        yield { refs, documents: await this.load(refs) };
        begin += refs.length;
      }
      after = found.at(-1)!.record;
    }
  }
}
