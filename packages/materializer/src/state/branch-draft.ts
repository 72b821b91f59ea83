import { isProvisional, type Lsn } from '@argon/wal';
import { LogInconsistentError } from '../errors';
import { IndexSlots } from '../index/index-slots';
import type { LayeredBranchState } from './branch-state';
import { createdCatalog, modifiedCatalog, renameArguments } from './catalog';
import { CollectionDraft } from './collection-draft';
import type { CollectionMap } from './collection-map';
import { LayeredCollectionState } from './collection-state';
import type { AppliedEntry } from './contract';
import { numberTree, type SortedTree } from './sorted-tree';

/** Documents that are not in the log yet, by provisional LSN. */
export type DraftDocuments = SortedTree<Lsn, Uint8Array>;

/** A branch's next state while entries are applied: each goes to the draft of its collection, in one pass. */
export class BranchDraft {
  readonly #base: LayeredBranchState;
  /** Collections that entries touched so far; undefined: gone. */
  readonly #touched = new Map<string, CollectionDraft | undefined>();
  #deleted: boolean;
  #documents: DraftDocuments | undefined;
  #entries = 0;
  #bytes = 0;
  #catalogLsn: Lsn;
  #last: { name: string; draft: CollectionDraft } | undefined;

  readonly #horizon: Lsn;

  /** @param horizon up to here, entries about records that are not there are passed over */
  constructor(base: LayeredBranchState, horizon: Lsn = 0) {
    this.#base = base;
    this.#horizon = horizon;
    this.#deleted = base.deleted;
    this.#catalogLsn = base.catalogLsn;
    this.#documents = base.drafts?.clone();
  }

  /** @throws LogInconsistentError if the entry cannot follow what is here */
  apply(entry: AppliedEntry): void {
    this.#entries += 1;
    this.#bytes += entry.document?.length ?? 0;
    switch (entry.operation) {
      case 'insert':
      case 'update':
      case 'delete':
        this.#draft(entry).apply(entry, entry.lsn <= this.#horizon);
        if (entry.document && isProvisional(entry.lsn)) {
          this.#documents ??= numberTree();
          this.#documents.set(entry.lsn, entry.document);
        }
        return;
      case 'create_collection':
        this.#catalogLsn = entry.lsn;
        if (this.#find(entry.collection)) throw inconsistent(entry, 'is created twice');
        this.#set(entry.collection, new CollectionDraft(emptyCollection(entry)));
        return;
      case 'drop_collection':
        this.#catalogLsn = entry.lsn;
        this.#draft(entry);
        this.#set(entry.collection, undefined);
        return;
      case 'rename_collection':
        this.#catalogLsn = entry.lsn;
        this.#rename(entry);
        return;
      case 'modify_collection':
      case 'create_index':
      case 'drop_index': {
        this.#catalogLsn = entry.lsn;
        const draft = this.#draft(entry);
        draft.catalog = modifiedCatalog(draft.catalog, entry);
        return;
      }
      case 'delete_branch':
        this.#deleted = true;
        return;
      case 'reset_branch':
        throw new LogInconsistentError('a reset can only be applied where the rest of the log is', {
          lsn: entry.lsn,
        });
      default:
      // Other control entries change records, not what a branch shows.
    }
  }

  finish(): {
    collections: CollectionMap<LayeredCollectionState>;
    deleted: boolean;
    documents: DraftDocuments | undefined;
    entries: number;
    bytes: number;
    catalogLsn: Lsn;
  } {
    const changes: [string, LayeredCollectionState | undefined][] = [];
    for (const [name, draft] of this.#touched) changes.push([name, draft?.finish()]);
    const { collections } = this.#base;
    return {
      collections: changes.length > 0 ? collections.with(changes) : collections,
      deleted: this.#deleted,
      documents: this.#documents,
      entries: this.#entries,
      bytes: this.#bytes,
      catalogLsn: this.#catalogLsn,
    };
  }

  #rename(entry: AppliedEntry): void {
    const { to, dropTarget } = renameArguments(entry);
    const draft = this.#draft(entry);
    if (this.#find(to) && !dropTarget) throw inconsistent(entry, `is renamed to '${to}', which exists`);
    draft.catalog = { ...draft.catalog, name: to };
    this.#set(entry.collection, undefined);
    this.#set(to, draft);
  }

  #set(name: string, draft: CollectionDraft | undefined): void {
    this.#touched.set(name, draft);
    this.#last = undefined;
  }

  #find(name: string): CollectionDraft | undefined {
    if (this.#touched.has(name)) return this.#touched.get(name);
    const state = this.#base.collections.get(name);
    if (!state) return undefined;
    const draft = new CollectionDraft(state);
    this.#touched.set(name, draft);
    return draft;
  }

  #draft(entry: AppliedEntry): CollectionDraft {
    // Entries of one collection come in runs.
    if (this.#last?.name === entry.collection) return this.#last.draft;
    const draft = this.#find(entry.collection);
    if (!draft) throw inconsistent(entry, 'does not exist');
    this.#last = { name: entry.collection, draft };
    return draft;
  }
}

function emptyCollection(entry: AppliedEntry): LayeredCollectionState {
  return LayeredCollectionState.empty(createdCatalog(entry), new IndexSlots());
}

function inconsistent(entry: AppliedEntry, what: string): LogInconsistentError {
  return new LogInconsistentError(`collection '${entry.collection}' ${what} (${entry.operation})`, {
    lsn: entry.lsn,
    collection: entry.collection,
  });
}
