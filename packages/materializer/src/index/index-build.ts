import { type Lsn, type MaybePromise, Pacer } from '@argon/wal';
import type { IndexDefinition, RecordRef } from '../state/contract';
import { IndexTree } from './index-tree';
import type { KeyExtractor } from './key-extractor';

/** Milliseconds for which a build may hold up everything else; a small collection's is done by then. */
const SLICE = 5;

/** Builds the part of an index that is in memory, by reading records' documents once. A small one is done at once. */
export class IndexBuild {
  readonly #scan: { next(): MaybePromise<readonly RecordRef[] | undefined> };
  readonly #read: (lsns: readonly Lsn[]) => MaybePromise<readonly Uint8Array[]>;
  readonly #pacer = new Pacer(SLICE);
  #tree: IndexTree;

  constructor(
    scan: { next(): MaybePromise<readonly RecordRef[] | undefined> },
    definition: IndexDefinition,
    extract: KeyExtractor,
    read: (lsns: readonly Lsn[]) => MaybePromise<readonly Uint8Array[]>,
  ) {
    this.#scan = scan;
    this.#read = read;
    this.#tree = IndexTree.empty(definition, extract);
  }

  run(): MaybePromise<IndexTree> {
    while (!this.#pacer.due) {
      const more = this.#step();
      if (more instanceof Promise) return this.#rest(more);
      if (!more) return this.#tree;
    }
    return this.#rest(true);
  }

  async #rest(step: MaybePromise<boolean>): Promise<IndexTree> {
    let more = await step;
    while (more) {
      if (this.#pacer.due) await this.#pacer.giveWay();
      more = await this.#step();
    }
    return this.#tree;
  }

  /** Reads the next batch; false at the end. */
  #step(): MaybePromise<boolean> {
    const batch = this.#scan.next();
    return batch instanceof Promise ? batch.then((refs) => this.#load(refs)) : this.#load(batch);
  }

  #load(refs: readonly RecordRef[] | undefined): MaybePromise<boolean> {
    if (!refs) return false;
    const documents = this.#read(refs.map(({ lsn }) => lsn));
    return documents instanceof Promise
      ? documents.then((all) => this.#add(refs, all))
      : this.#add(refs, documents);
  }

  #add(refs: readonly RecordRef[], documents: readonly Uint8Array[]): true {
    this.#tree = this.#tree.with(refs.map(({ record }, i) => ({ record, document: documents[i]! })));
    return true;
  }
}
