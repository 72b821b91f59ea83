import { isProvisional, type Lsn, type MaybePromise, type Store } from '@argon/wal';
import { DocumentMissingError } from '../errors';
import type { BranchState } from '../state/contract';
import { LayeredBranchState } from '../state/branch-state';
import type { DocumentCache } from './document-cache';

/** Of so many read at once, as scans do, none is kept longer for it. */
const MANY = 128;

/** What says on which chains visible LSNs lie. */
type Shown = Pick<BranchState, 'branchId' | 'timeline'>;

/** Reads document versions: from the cache, from drafts, and what is left from the log in one go per branch. */
export class DocumentReader {
  constructor(
    private readonly store: Pick<Store, 'documents'>,
    private readonly cache: DocumentCache,
  ) {}

  /**
   * The documents at these LSNs of a state, in the same order.
   * @param outOf how many the reader goes through in all, these among them: of more than the cache has room for, what the
   *   log gave goes into it only while there is room; Infinity: nothing does, for nobody reads them again
   * @throws DocumentMissingError
   */
  read(state: Shown, lsns: readonly Lsn[], outOf = lsns.length): MaybePromise<Uint8Array[]> {
    const documents = new Array<Uint8Array>(lsns.length);
    let missing: Missing | undefined;
    const areMany = lsns.length >= MANY;
    for (let i = 0; i < lsns.length; i++) {
      const lsn = lsns[i]!;
      const document = isProvisional(lsn)
        ? draftOf(state, lsn)
        : areMany
          ? this.cache.getOfMany(lsn)
          : this.cache.get(lsn);
      if (document) documents[i] = document;
      else (missing ??= new Missing(state)).add(lsn, i);
    }
    return missing ? this.#fetch(missing, documents, outOf) : documents;
  }

  #fetch(missing: Missing, documents: Uint8Array[], outOf: number): MaybePromise<Uint8Array[]> {
    const pending: Promise<void>[] = [];
    for (const [branchId, { lsns, positions }] of missing.byBranch) {
      const place = (found: readonly (Uint8Array | undefined)[]): void => {
        for (let i = 0; i < lsns.length; i++) {
          const document = found[i];
          if (!document) throw new DocumentMissingError(branchId, lsns[i]!);
          documents[positions[i]!] = document;
        }
        if (outOf < Infinity) this.cache.fill(lsns, found as readonly Uint8Array[], outOf);
      };
      const found = this.store.documents(branchId, lsns);
      if (found instanceof Promise) pending.push(found.then(place));
      else place(found);
    }
    return pending.length > 0 ? Promise.all(pending).then(() => documents) : documents;
  }
}

/** What the cache did not have, by the branch on whose chain it lies. */
class Missing {
  readonly byBranch = new Map<number, { lsns: Lsn[]; positions: number[] }>();

  constructor(private readonly state: Shown) {}

  add(lsn: Lsn, position: number): void {
    const branchId = this.state.timeline.branchOf(lsn);
    if (branchId === undefined) throw new DocumentMissingError(this.state.branchId, lsn);
    let group = this.byBranch.get(branchId);
    if (!group) this.byBranch.set(branchId, (group = { lsns: [], positions: [] }));
    group.lsns.push(lsn);
    group.positions.push(position);
  }
}

function draftOf(state: Shown, lsn: Lsn): Uint8Array | undefined {
  return state instanceof LayeredBranchState ? state.drafts?.get(lsn) : undefined;
}
