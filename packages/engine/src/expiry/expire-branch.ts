import type { BranchState } from '@argon/materializer';
import type { Actor } from '@argon/wal';
import type { WalEngine } from '../handler/engine';
import { compileFilter } from '../match/compile';
import { chooseAccessPath } from '../plan/access-path';
import { select } from '../plan/select';
import { CollectionView } from '../view/collection-view';
import type { Draft } from '../write/draft';
import { expiredFilter, expiringIndexes, type ExpiringIndex } from './expiring-index';

/** Who removes documents whose time is over, in history. */
export const EXPIRY_ACTOR: Actor = Object.freeze({ user: 'argon', app: 'ttl' });

/** What one pass over a branch did. */
export interface BranchExpiry {
  readonly removed: number;
  /** Whether the branch has TTL indexes at all. */
  readonly hasIndexes: boolean;
}

export interface ExpireOptions {
  /** ms since the epoch. */
  readonly now: number;
  /** Documents that one commit removes at most. */
  readonly batch: number;
  /** Throws to stop between batches. */
  check(): void;
}

/**
 * Removes what has expired on a branch, batch by batch, each a commit of deletes like any other. Nothing is written where
 * nothing has expired; several processes may do it at once, for each computes its commits from the head it follows.
 */
export async function expireBranch(
  engine: WalEngine,
  branch: { readonly id: number; readonly database: string },
  state: BranchState,
  options: ExpireOptions,
): Promise<BranchExpiry> {
  let removed = 0;
  let hasIndexes = false;
  for (const [name, { catalog }] of state.collections) {
    for (const index of expiringIndexes(catalog)) {
      hasIndexes = true;
      const { materializer } = engine;
      const view = new CollectionView(name, state, materializer.collectionOf(state, name), materializer);
      if (!(await hasExpired(view, index, options))) continue;
      for (let more = true; more;) {
        options.check();
        const work = (draft: Draft) => removeExpired(draft, name, index.definition?.name, options);
        const count = await engine.write(branch.id, branch.database, work, EXPIRY_ACTOR);
        removed += count;
        more = count === options.batch;
      }
    }
  }
  return { removed, hasIndexes };
}

async function hasExpired(
  view: CollectionView,
  index: ExpiringIndex,
  options: ExpireOptions,
): Promise<boolean> {
  for await (const { refs } of expired(view, index, options, 1)) if (refs.length > 0) return true;
  return false;
}

/** Looks again at the head that the commit follows: the index, or its seconds, may have changed. */
async function removeExpired(
  draft: Draft,
  collection: string,
  indexName: string | undefined,
  options: ExpireOptions,
): Promise<number> {
  const view = draft.collection(collection);
  if (view.catalog === undefined) return 0;
  const index = expiringIndexes(view.catalog).find(({ definition }) => definition?.name === indexName);
  if (index === undefined) return 0;
  let removed = 0;
  for await (const { refs, documents } of expired(view, index, options, options.batch)) {
    for (const [i, ref] of refs.entries()) {
      if (removed === options.batch) return removed;
      await draft.remove(collection, { ...ref, bytes: documents[i]! });
      removed++;
    }
  }
  return removed;
}

async function* expired(view: CollectionView, index: ExpiringIndex, options: ExpireOptions, wanted: number) {
  const matcher = compileFilter(expiredFilter(index, options.now), { now: new Date(options.now) });
  const { definition } = index;
  // By its own index, which may be hidden from queries; that on `_id` is found without being named.
  const hint = definition === undefined ? {} : { hint: { index: definition } };
  const path = await chooseAccessPath(view, matcher, { ...hint, limit: wanted });
  yield* select(view, matcher, path, { check: () => options.check(), wanted });
}
