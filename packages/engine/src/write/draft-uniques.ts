import { documentId, type Value } from '@argon/bson';
import type { BranchState, CollectionCatalog } from '@argon/materializer';
import { Pacer, type Lsn } from '@argon/wal';
import { CommandError } from '../handler/errors';
import type { Claimant } from '../transaction/claims';
import type { DocumentSource } from '../view/collection-view';
import type { Constraints } from './constraints';
import { DeferredUniques, refusals, type UniqueProblem } from './deferred-uniques';

/** What is asked of the draft whose unique keys are checked. */
export interface CheckedDraft extends DocumentSource {
  readonly state: BranchState;
  readonly claimant: Claimant | undefined;
}

/** A document that a draft is about to hold. */
export interface CheckedDocument {
  readonly collection: string;
  readonly catalog: CollectionCatalog;
  readonly bytes: Uint8Array;
  /** The record that may hold its keys: its own. */
  readonly except: Lsn | undefined;
  /** What it was before. */
  readonly previous?: Uint8Array | undefined;
}

/** Checks a draft's unique keys: of each document as it comes, or of all when all changes are in. */
export class DraftUniques {
  readonly #pacer = new Pacer();
  /** Documents whose keys are still to be checked; undefined while each is checked as it comes. */
  #deferred: DeferredUniques | undefined;

  constructor(
    private readonly draft: CheckedDraft,
    private readonly constraints: Constraints,
  ) {}

  /** From now on keys are checked by `finish`. */
  defer(): void {
    this.#deferred ??= new DeferredUniques();
  }

  /** What was drafted has gone to the staging branch. */
  staged(): void {
    this.#deferred?.stage();
  }

  /** A document that was checked elsewhere is checked again only if keys are deferred. */
  take(collection: string, lsn: Lsn, bytes: Uint8Array): void {
    this.#deferred?.add({ collection, lsn, bytes });
  }

  /** @param lsn that the document will have @throws CommandError DuplicateKey */
  async check(document: CheckedDocument, lsn: Lsn): Promise<void> {
    const { collection, bytes } = document;
    if (this.#deferred === undefined) await this.#check(document);
    else this.#deferred.add({ collection, lsn, bytes });
  }

  /**
   * Checks what was put off.
   * @param stage puts all that is drafted on the staging branch; undefined: there is none
   * @param refused told of every document, or index, that is not allowed; what it throws ends the check
   */
  async finish(
    stage: (() => Promise<void>) | undefined,
    refused: (problem: UniqueProblem) => void,
  ): Promise<void> {
    const deferred = this.#deferred;
    this.#deferred = undefined;
    if (deferred === undefined) return;
    if (stage !== undefined && deferred.staged.size > 0) {
      // An index cannot be built of documents that are only in the draft.
      await stage();
      for (const name of deferred.staged)
        await refusals({ collection: name }, refused, () => this.#checkIndexes(name));
    }
    for await (const { catalog, bytes, record } of deferred.checks(() => this.draft.state)) {
      if (this.#pacer.due) await this.#pacer.giveWay();
      const { name: collection } = catalog;
      const document = { collection, id: documentId(bytes) as Value };
      await refusals(document, refused, () => this.#check({ collection, catalog, bytes, except: record }));
    }
  }

  /** Builds an index just drafted and checks that what is there allows it. @throws CommandError DuplicateKey, … */
  async checkNewIndex(collection: string, name: string): Promise<void> {
    const { state } = this.draft;
    const index = state.collections.get(collection)?.catalog.indexes.find((each) => each.name === name);
    if (index === undefined) throw new CommandError('IndexNotFound', `index not found with name [${name}]`);
    const namespace = this.constraints.namespace(collection);
    await this.constraints.checkNewIndex(namespace, state, collection, index, this.draft);
  }

  async #checkIndexes(collection: string): Promise<void> {
    const indexes = this.draft.state.collections.get(collection)?.catalog.indexes ?? [];
    for (const { unique, name } of indexes) if (unique) await this.checkNewIndex(collection, name);
  }

  async #check({ collection, catalog, bytes, except, previous }: CheckedDocument): Promise<void> {
    const { state, claimant } = this.draft;
    const namespace = this.constraints.namespace(collection);
    await this.constraints.checkUnique(namespace, state, catalog, bytes, except, previous, claimant);
  }
}
