import type { MaybePromise } from '@argon/wal';
import type { IndexLayers } from './index-layers';
import type { IndexChange } from './index-tree';

/**
 * An index tree of one collection state: there, or on its way. While it is being built, states derived from this one
 * note their changes, to be applied when it is done, so a build on a busy branch is never in vain.
 */
export class IndexSlot {
  #tree: IndexLayers | undefined;
  #failed = false;
  /** The slot of the state that this one's was derived from, until its tree is known. */
  #base: IndexSlot | undefined;
  #changes: readonly IndexChange[] = [];
  /** The slot on which the build was started. */
  readonly #origin: IndexSlot;
  #build: Promise<IndexLayers> | undefined;

  /** @param prepared for how many more advances it is kept if no catalogue names the index */
  private constructor(
    readonly prepared: number,
    origin?: IndexSlot,
  ) {
    this.#origin = origin ?? this;
  }

  static of(tree: IndexLayers | Promise<IndexLayers>, prepared: number): IndexSlot {
    const slot = new IndexSlot(prepared);
    if (!(tree instanceof Promise)) {
      slot.#tree = tree;
      return slot;
    }
    slot.#build = tree;
    tree.then(
      (done) => (slot.#tree = done),
      () => (slot.#failed = true),
    );
    return slot;
  }

  /** The slot of the next state; undefined if the index cannot follow and has to be built again. */
  derive(changes: readonly IndexChange[], prepared: number): IndexSlot | undefined {
    this.#settle();
    if (this.#failed || this.#origin.#failed) return undefined;
    const next = new IndexSlot(prepared, this.#origin);
    next.#base = this;
    next.#changes = changes;
    next.#settle();
    return next.#failed ? undefined : next;
  }

  /** The tree; undefined if it has to be built again. A build under way that fails rejects. */
  get(): MaybePromise<IndexLayers | undefined> {
    this.#settle();
    if (this.#tree || this.#failed || this.#origin.#failed) return this.#tree;
    return this.#origin.#build!.then(() => this.get());
  }

  /** Applies the changes noted since the build began, once it is done. */
  #settle(): void {
    if (this.#tree || this.#failed || !this.#origin.#tree) return;
    const chain: IndexSlot[] = [this];
    for (let base = this.#base!; !base.#tree && !base.#failed; base = base.#base!) chain.push(base);
    for (const each of chain.reverse()) each.#follow(each.#base!);
  }

  #follow(base: IndexSlot): void {
    try {
      this.#tree = base.#tree?.with(this.#changes);
    } catch {
      // A document has no keys here (two arrays in a compound index, say). Whoever builds it again learns why.
    }
    this.#failed = !this.#tree;
    this.#base = undefined;
    this.#changes = [];
  }
}
