import { documentId, idKey, type Value } from '@argon/bson';
import type { BranchState, CollectionCatalog } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import { CommandError } from '../handler/errors';

/** What a document demands of unique indexes, by the LSN of that version. */
interface UncheckedKeys {
  readonly collection: string;
  readonly lsn: Lsn;
  readonly bytes: Uint8Array;
}

/** A document to be checked against the unique indexes of its collection. */
export interface UniqueCheck {
  readonly catalog: CollectionCatalog;
  readonly bytes: Uint8Array;
  /** Its record, which may hold the keys. */
  readonly record: Lsn;
}

/** A document that a unique index does not allow; without an id, an index that does not allow what there is. */
export interface UniqueProblem {
  readonly collection: string;
  readonly id?: Value;
  readonly problem: CommandError;
}

/** Runs a check, and tells of what it does not allow. */
export async function refusals(
  of: Omit<UniqueProblem, 'problem'>,
  refused: (problem: UniqueProblem) => void,
  check: () => Promise<void>,
): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    refused({ ...of, problem: error });
  }
}

/**
 * Documents whose unique keys are checked when all changes are in. Of a draft that went to a staging branch, the
 * collections are known by name only: their unique indexes are looked through as a whole.
 */
export class DeferredUniques {
  #documents: UncheckedKeys[] = [];
  readonly #staged = new Set<string>();

  add(document: UncheckedKeys): void {
    this.#documents.push(document);
  }

  /** The documents were staged. */
  stage(): void {
    for (const { collection } of this.#documents) this.#staged.add(collection);
    this.#documents = [];
  }

  /** Collections of which documents were staged. */
  get staged(): ReadonlySet<string> {
    return this.#staged;
  }

  /** The documents that a state still has as they were added; one by one, for the state may be asked for again. */
  async *checks(state: () => BranchState): AsyncGenerator<UniqueCheck> {
    for (const { collection, lsn, bytes } of this.#documents) {
      const held = state().collections.get(collection);
      const ref = await held?.byId(idKey(documentId(bytes)));
      // Changed again or gone since.
      if (ref?.lsn === lsn) yield { catalog: held!.catalog, bytes, record: ref.record };
    }
  }
}
