import { Random } from './random';

/**
 * A change inside a commit, in words that always make sense: which document, index or name is meant is worked out
 * against what is there (`of` modulo how many there are), and an insert of an `_id` that is there becomes an update.
 */
export type Change =
  | { readonly kind: 'insert'; readonly collection: number; readonly id: number; readonly value: number }
  | {
      readonly kind: 'update' | 'delete';
      readonly collection: number;
      readonly of: number;
      readonly value: number;
    }
  | {
      readonly kind: 'drop' | 'modify' | 'createIndex' | 'dropIndex';
      readonly collection: number;
      readonly of: number;
    }
  | { readonly kind: 'rename'; readonly collection: number; readonly to: number };

/** What one client does to one branch (`of` modulo the live branches; LSNs as a share of what can be named). */
export type Action =
  | { readonly kind: 'commits'; readonly branch: number; readonly commits: readonly (readonly Change[])[] }
  | { readonly kind: 'fork'; readonly branch: number; readonly atHead: boolean; readonly at: number }
  | { readonly kind: 'reset'; readonly branch: number; readonly to: number }
  /** Commits on a staging branch, which the branch then adopts. */
  | { readonly kind: 'stage'; readonly branch: number; readonly commits: readonly (readonly Change[])[] }
  | { readonly kind: 'deleteBranch'; readonly branch: number };

/** LSNs are chosen as `share / SHARES` of a range. */
export const SHARES = 1_000;

/** A repeatable history of a project: the same seed and count give the same actions, fewer give a prefix. */
export function randomActions(seed: number, count: number): Action[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => randomAction(random));
}

function randomAction(random: Random): Action {
  const branch = random.below(1_000);
  const dice = random.below(100);
  if (dice < 70) return { kind: 'commits', branch, commits: randomCommits(random) };
  if (dice < 83) return { kind: 'fork', branch, atHead: random.once(2), at: random.below(SHARES) };
  if (dice < 93) return { kind: 'reset', branch, to: random.below(SHARES) };
  if (dice < 97) return { kind: 'stage', branch, commits: randomCommits(random) };
  return { kind: 'deleteBranch', branch };
}

function randomCommits(random: Random): Change[][] {
  return Array.from({ length: 1 + (random.once(3) ? random.below(4) : 0) }, () =>
    Array.from({ length: 1 + (random.once(2) ? random.below(6) : 0) }, () => randomChange(random)),
  );
}

function randomChange(random: Random): Change {
  const collection = random.below(3);
  const of = random.below(1_000);
  const dice = random.below(100);
  if (dice < 45) return { kind: 'insert', collection, id: random.below(24), value: random.below(6) };
  if (dice < 65) return { kind: 'update', collection, of, value: random.below(6) };
  if (dice < 83) return { kind: 'delete', collection, of, value: 0 };
  if (dice < 92) return { kind: 'createIndex', collection, of };
  if (dice < 94) return { kind: 'dropIndex', collection, of };
  if (dice < 96) return { kind: 'modify', collection, of };
  if (dice < 98) return { kind: 'rename', collection, to: random.below(3) };
  return { kind: 'drop', collection, of };
}
