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

/**
 * Builds an index's tree over the records of a base, by reading their documents once. It leaves out those that have changed
 * since: the documents that they were may have no keys in an index that was made later, and may be compacted away.
 */
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
    private readonly hasChanged: (record: Lsn) => boolean,
  ) {}

  async run(): Promise<IndexBase> {
    const none = new Array<number>(this.fields).fill(0);
    const seen = { multikey: none, forms: [...none] };
    let tree = Tree.empty(this.nodes, 'string');
    let runs = new SortedRuns();
    let lacksChanged = false;
    for (let batch = await this.records.next(); batch !== undefined; batch = await this.records.next()) {
      const records: Lsn[] = [];
      const lsns: Lsn[] = [];
      for (let i = 0; i < batch.keys.length; i++) {
        if (this.hasChanged(batch.keys[i]!)) {
          lacksChanged = true;
          continue;
        }
        records.push(batch.keys[i]!);
        lsns.push(batch.values[i]!);
      }
      const documents = await this.read(lsns);
      for (const [i, document] of documents.entries()) {
        for (const key of this.extract(document, seen)) runs.add(indexEntryKey(key, records[i]!));
      }
      if (runs.size >= MAX_ENTRIES) {
        tree = await this.#into(tree, runs);
        runs = new SortedRuns();
      }
      if (this.#pacer.due) await this.#pacer.giveWay();
    }
    tree = await this.#into(tree, runs);
    await this.nodes.flush();
    return { tree, ...seen, ...(lacksChanged && { lacksChanged }) };
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
