import { BranchNotFoundError, type Store } from '@argon/wal';
import type { Work } from './branch-writer';

/** Hands work to the writer of a branch. */
export type RunOn<T> = (branchId: number, work: Work<T>) => Promise<T>;

/** The branch does not have the addressed name any more. Never leaves this file. */
class NameMoved extends Error {}

/**
 * Runs a write on the branch that the store remembers by this name, without asking it first; undefined if there is none,
 * or none any more: then nothing was written, and the name must be looked up.
 *
 * That the name still stands for the branch is checked each time the write is computed. What is remembered is as new as
 * the head that the computation starts from, or newer; and what is computed counts only if that was still the head, so
 * no rename, deletion or reset can lie between.
 */
export async function writeToKnown<T>(
  store: Store,
  projectName: string,
  branchName: string,
  work: Work<T>,
  run: RunOn<T>,
): Promise<{ readonly value: T } | undefined> {
  for (;;) {
    const id = store.known?.(projectName, branchName)?.branch.id;
    if (id === undefined) return undefined;
    const checked: Work<T> = (draft) => {
      if (store.known?.(projectName, branchName)?.branch.id !== id) throw new NameMoved();
      return work(draft);
    };
    try {
      return { value: await run(id, checked) };
    } catch (error) {
      if (!(error instanceof NameMoved || error instanceof BranchNotFoundError)) throw error;
      // The branch may be gone without this process having heard of another of its name: then only asking helps.
      if (store.known?.(projectName, branchName)?.branch.id === id) return undefined;
    }
  }
}
