import type { IndexBase } from '../state/collection-base';
import type { IndexChange, IndexTree } from './index-tree';

/**
 * An index in two layers, as its collection's state is: the keys at the snapshot, and the keys of what changed since.
 * Entries of the base whose record the collection's overlay holds do not count any more, so following a change never
 * needs the document's previous version.
 */
export class IndexLayers {
  constructor(
    readonly base: IndexBase | undefined,
    readonly overlay: IndexTree,
  ) {}

  /** See `IndexView.multikey`. */
  get multikey(): readonly number[] {
    return either(this.overlay.multikey, this.base?.multikey);
  }

  /** See `IndexView.forms`. */
  get forms(): readonly number[] {
    return either(this.overlay.forms, this.base?.forms);
  }

  /** The index after these changes, in order. Never changes this one. */
  with(changes: readonly IndexChange[]): IndexLayers {
    return changes.length === 0 ? this : new IndexLayers(this.base, this.overlay.with(changes));
  }
}

function either(masks: readonly number[], others: readonly number[] | undefined): readonly number[] {
  return others === undefined ? masks : masks.map((mask, i) => mask | (others[i] ?? 0));
}
