import type { MaybePromise } from '@argon/wal';
import type { CollectionCatalog, IndexDefinition } from '../state/contract';
import { indexIdentity } from '../state/index-definition';
import { IndexSlot } from './index-slot';
import type { IndexLayers } from './index-layers';
import type { IndexChange } from './index-tree';

/** For how many advances an index is kept up to date that the catalogue does not name (yet). */
const PREPARED_ADVANCES = 256;

/** The index trees that were asked for on one collection state, by what they hold. */
export class IndexSlots {
  #slots: Map<string, IndexSlot> | undefined;

  get size(): number {
    return this.#slots?.size ?? 0;
  }

  /** undefined if it is neither there nor on its way. */
  get(definition: IndexDefinition): MaybePromise<IndexLayers | undefined> {
    return this.#slots?.get(indexIdentity(definition))?.get();
  }

  has(definition: IndexDefinition): boolean {
    return this.#slots?.has(indexIdentity(definition)) ?? false;
  }

  /** Puts a tree, or the build of one, into this state's place for it. A build that fails leaves the place empty. */
  put(definition: IndexDefinition, tree: IndexLayers | Promise<IndexLayers>): void {
    const identity = indexIdentity(definition);
    const slots = (this.#slots ??= new Map());
    const slot = IndexSlot.of(tree, PREPARED_ADVANCES);
    slots.set(identity, slot);
    if (tree instanceof Promise) {
      tree.catch(() => {
        if (slots.get(identity) === slot) slots.delete(identity);
      });
    }
  }

  /** The slots of the collection's next state, whose catalogue this is, brought up to date. */
  advanced(changes: readonly IndexChange[], catalog: CollectionCatalog): IndexSlots {
    const next = new IndexSlots();
    if (!this.#slots || this.#slots.size === 0) return next;
    const named = new Set(catalog.indexes.map(indexIdentity));
    const derived = new Map<string, IndexSlot>();
    for (const [identity, slot] of this.#slots) {
      const prepared = named.has(identity) ? PREPARED_ADVANCES : slot.prepared - 1;
      const slotAfter = prepared > 0 ? slot.derive(changes, prepared) : undefined;
      if (slotAfter) derived.set(identity, slotAfter);
    }
    next.#slots = derived;
    return next;
  }
}
