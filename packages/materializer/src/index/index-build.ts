import type { SeenInKeys } from '@argon/bson';
import { type Lsn, type MaybePromise, Pacer } from '@argon/wal';
import type { IndexDefinition, RecordRef } from '../state/contract';
import { numberTree, stringTree, type SortedTree } from '../state/sorted-tree';
import { IndexTree, keysHeld } from './index-tree';
import type { KeyExtractor } from './key-extractor';
import { postingsOf, type Postings } from './postings';
import { SortedRuns } from './sorted-runs';

/** Milliseconds for which a build may hold up everything else; a small collection's is done by then. */
const SLICE = 5;
/** Records of an index that is put together in one go. */
const SMALL = 2_000;

/** Builds the part of an index that is in memory, by reading records' documents once. A small one is done at once. */
export class IndexBuild {
  readonly #pacer = new Pacer(SLICE);
  readonly #records = numberTree<string | readonly string[]>();
  /** In natural order, as records come. */
  readonly #postings = new Map<string, Lsn[]>();
  readonly #runs = new SortedRuns();
  readonly #seen: SeenInKeys;

  /** @param scan gives records in natural order */
  constructor(
    private readonly scan: { next(): MaybePromise<readonly RecordRef[] | undefined> },
    private readonly definition: IndexDefinition,
    private readonly extract: KeyExtractor,
    private readonly read: (lsns: readonly Lsn[]) => MaybePromise<readonly Uint8Array[]>,
  ) {
    const none = [...definition.key].map(() => 0);
    this.#seen = { multikey: none, forms: [...none] };
  }

  run(): MaybePromise<IndexTree> {
    while (!this.#pacer.due) {
      const more = this.#step();
      if (more instanceof Promise) return this.#rest(more);
      if (more) continue;
      return this.#records.size <= SMALL ? this.#small() : this.#gathered();
    }
    return this.#rest(true);
  }

  async #rest(step: MaybePromise<boolean>): Promise<IndexTree> {
    let more = await step;
    while (more) {
      if (this.#pacer.due) await this.#pacer.giveWay();
      more = await this.#step();
    }
    return this.#gathered();
  }

  /** Reads the next batch; false at the end. */
  #step(): MaybePromise<boolean> {
    const batch = this.scan.next();
    return batch instanceof Promise ? batch.then((refs) => this.#load(refs)) : this.#load(batch);
  }

  #load(refs: readonly RecordRef[] | undefined): MaybePromise<boolean> {
    if (!refs) return false;
    const documents = this.read(refs.map(({ lsn }) => lsn));
    return documents instanceof Promise
      ? documents.then((all) => this.#add(refs, all))
      : this.#add(refs, documents);
  }

  #add(refs: readonly RecordRef[], documents: readonly Uint8Array[]): true {
    for (const [i, { record }] of refs.entries()) {
      const keys = this.extract(documents[i]!, this.#seen);
      if (keys.length > 0) this.#records.set(record, keysHeld(keys));
      for (const key of keys) {
        const postings = this.#postings.get(key);
        if (postings !== undefined) {
          postings.push(record);
          continue;
        }
        this.#postings.set(key, [record]);
        this.#runs.add(key);
      }
    }
    return true;
  }

  #small(): IndexTree {
    const keys = stringTree<Postings>();
    for (const key of this.#runs.sorted()) this.#put(keys, key);
    return this.#tree(keys);
  }

  /** As `#small`, giving way in between. */
  async #gathered(): Promise<IndexTree> {
    const keys = stringTree<Postings>();
    for (const key of this.#runs.sorted()) {
      this.#put(keys, key);
      if (this.#pacer.due) await this.#pacer.giveWay();
    }
    return this.#tree(keys);
  }

  #put(keys: SortedTree<string, Postings>, key: string): void {
    keys.set(key, postingsOf(this.#postings.get(key)!));
  }

  #tree(keys: SortedTree<string, Postings>): IndexTree {
    return IndexTree.of(this.definition, this.extract, keys, this.#records, this.#seen);
  }
}
