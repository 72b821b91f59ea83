import type { MaybePromise } from '@argon/wal';
import { DiffSide } from './diff-side';
import type { Key } from './key';
import type { LeafNode } from './node';
import type { Tree } from './tree';

/** A key that two trees have different values under; undefined: it is not there. */
export interface TreeDifference<K extends Key> {
  readonly key: K;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export interface TreeDiff<K extends Key> {
  /** The next differences, at least one; undefined at the end. Not to be called again before it has answered. */
  next(): MaybePromise<readonly TreeDifference<K>[] | undefined>;
}

/**
 * What takes one tree to another, by ascending key. Costs what differs: a subtree that both have is not looked into,
 * also when the trees are of different heights or cut differently.
 */
export function diff<K extends Key>(before: Tree<K>, after: Tree<K>): TreeDiff<K> {
  return new Differ(before, after);
}

/** About how many differences to give at a time. */
const BATCH = 256;

class Differ<K extends Key> implements TreeDiff<K> {
  readonly #before: DiffSide<K>;
  readonly #after: DiffSide<K>;
  #begun = false;
  #found: TreeDifference<K>[] = [];

  constructor(
    private readonly old: Tree<K>,
    private readonly now: Tree<K>,
  ) {
    this.#before = new DiffSide(old.nodes);
    this.#after = new DiffSide(now.nodes);
  }

  next(): MaybePromise<readonly TreeDifference<K>[] | undefined> {
    while (this.#found.length < BATCH) {
      const step = this.#step();
      if (step === false) break;
      if (step instanceof Promise) return step.then(() => this.next());
    }
    const found = this.#found;
    this.#found = [];
    return found.length > 0 ? found : undefined;
  }

  /** Compares what comes next on both sides; false at the end. */
  #step(): MaybePromise<void> | false {
    if (!this.#begun) return this.#begin();
    const before = this.#before;
    const after = this.#after;
    if (before.done && after.done) return false;
    const old = before.leaf;
    const now = after.leaf;
    if (old !== undefined && now !== undefined) return this.#merge(old, now);
    if (old !== undefined && after.done) return this.#only(before, old, false);
    if (now !== undefined && before.done) return this.#only(after, now, true);
    return this.#descend();
  }

  #begin(): MaybePromise<void> {
    this.#begun = true;
    const { old, now } = this;
    if (old.root.hash === now.root.hash) return;
    return both(this.#before.begin(old.root), this.#after.begin(now.root));
  }

  /** At least one side comes to a child: skips it if both have it, and goes down where there is more above. */
  #descend(): MaybePromise<void> {
    const before = this.#before;
    const after = this.#after;
    const oldLevel = before.node?.level ?? -1;
    const newLevel = after.node?.level ?? -1;
    if (oldLevel === newLevel && before.isAtSameChild(after)) {
      before.skip(1);
      after.skip(1);
      return;
    }
    if (oldLevel >= newLevel && before.nodes.asynchronous) before.readAhead(after);
    if (newLevel >= oldLevel && after.nodes.asynchronous) after.readAhead(before);
    return both(
      oldLevel >= newLevel ? before.descend() : undefined,
      newLevel >= oldLevel ? after.descend() : undefined,
    );
  }

  /** Both sides come to items: compares them up to the end of one leaf. */
  #merge(old: LeafNode<K>, now: LeafNode<K>): void {
    const found = this.#found;
    const start = this.#before.index;
    const newStart = this.#after.index;
    let i = start;
    let j = newStart;
    while (i < old.length && j < now.length) {
      const order = old.keys.compare(i, now.keys, j);
      if (order === 0) {
        if (old.values[i] !== now.values[j]) {
          found.push({ key: old.keys.at(i), before: old.values[i], after: now.values[j] });
        }
        i += 1;
        j += 1;
      } else if (order < 0) {
        found.push({ key: old.keys.at(i), before: old.values[i], after: undefined });
        i += 1;
      } else {
        found.push({ key: now.keys.at(j), before: undefined, after: now.values[j] });
        j += 1;
      }
    }
    this.#before.skip(i - start);
    this.#after.skip(j - newStart);
  }

  /** The other side has ended. */
  #only(side: DiffSide<K>, { keys, values, length }: LeafNode<K>, added: boolean): void {
    for (let i = side.index; i < length; i++) {
      const value = values[i];
      const key = keys.at(i);
      this.#found.push(
        added ? { key, before: undefined, after: value } : { key, before: value, after: undefined },
      );
    }
    side.skip(length - side.index);
  }
}

function both(a: MaybePromise<void>, b: MaybePromise<void>): MaybePromise<void> {
  return a instanceof Promise || b instanceof Promise ? Promise.all([a, b]).then(() => undefined) : undefined;
}
