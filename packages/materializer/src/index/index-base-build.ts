import { type Lsn, type MaybePromise, Pacer } from '@argon/wal';
import type { IndexBase } from '../state/collection-base';
import type { NodeStore } from '../tree/node-store';
import type { TreeEdit } from '../tree/edit';
import { Tree } from '../tree/tree';
import { indexEntryKey } from './entry-key';
import type { KeyExtractor } from './key-extractor';
import { SortedRuns } from './sorted-runs';

/** Entries held in memory before they go into the tree. */
const MAX_ENTRIES = 1_000_000;
/** Entries that are merged between two looks at the clock. */
const STRIDE = 1_000;
/** Entries of one edit of a tree that there is: each makes the chunks above them anew. */
const EDITS = 10_000;

/** Builds an index's tree over all records of a base, by reading their documents once. */
export class IndexBaseBuild {
  readonly #pacer = new Pacer();

  constructor(
    private readonly nodes: NodeStore,
    private readonly records: {
      next(): MaybePromise<{ readonly keys: ArrayLike<Lsn>; readonly values: ArrayLike<Lsn> } | undefined>;
    },
    private readonly fields: number,
    private readonly extract: KeyExtractor,
    private readonly read: (lsns: readonly Lsn[]) => MaybePromise<readonly Uint8Array[]>,
  ) {}

  async run(): Promise<IndexBase> {
    const none = new Array<number>(this.fields).fill(0);
    const seen = { multikey: none, forms: [...none] };
    let tree = Tree.empty(this.nodes, 'string');
    let runs = new SortedRuns();
    for (let batch = await this.records.next(); batch !== undefined; batch = await this.records.next()) {
      const documents = await this.read(Array.from(batch.values));
      for (const [i, document] of documents.entries()) {
        for (const key of this.extract(document, seen)) runs.add(indexEntryKey(key, batch.keys[i]!));
      }
      if (runs.size >= MAX_ENTRIES) {
        tree = await this.#into(tree, runs);
        runs = new SortedRuns();
      }
      if (this.#pacer.due) await this.#pacer.giveWay();
    }
    tree = await this.#into(tree, runs);
    await this.nodes.flush();
    return { tree, ...seen };
  }

  async #into(tree: Tree<string>, runs: SortedRuns): Promise<Tree<string>> {
    if (tree.count === 0) return Tree.build(this.nodes, 'string', this.#batches(runs));
    let next = tree;
    let edits: TreeEdit<string>[] = [];
    const apply = async (): Promise<void> => {
      next = await next.edit(edits, () => this.#giveWayIfDue());
      edits = [];
    };
    for await (const { keys } of this.#batches(runs)) {
      for (const key of keys) edits.push({ key, value: 0 });
      if (edits.length >= EDITS) await apply();
    }
    if (edits.length > 0) await apply();
    return next;
  }

  async *#batches(runs: SortedRuns): AsyncGenerator<{ keys: string[]; values: number[] }> {
    for (const keys of runs.batches(STRIDE)) {
      yield { keys, values: keys.map(() => 0) };
      await this.#giveWayIfDue();
    }
  }

  #giveWayIfDue(): MaybePromise<void> {
    return this.#pacer.due ? this.#pacer.giveWay() : undefined;
  }
}
