import type { BranchState } from '@argon/materializer';
import { isProvisional, settleLsn, type Lsn, type MaybePromise } from '@argon/wal';
import type { DocumentSource } from '../view/collection-view';

/** Documents of a state of a draft: those it has drafted, by their places, and those in the log. */
export function draftedDocuments(
  source: DocumentSource,
  drafted: readonly (Uint8Array | null)[],
  state: BranchState,
  lsns: readonly Lsn[],
  outOf?: number,
): MaybePromise<readonly Uint8Array[]> {
  const settled = lsns.filter((lsn) => !isProvisional(lsn));
  if (settled.length === lsns.length) return source.documents(state, lsns, outOf);
  const merge = (stored: readonly Uint8Array[]): Uint8Array[] => {
    let next = 0;
    return lsns.map((lsn) => (isProvisional(lsn) ? drafted[settleLsn(lsn, 0)]! : stored[next++]!));
  };
  if (settled.length === 0) return merge([]);
  const stored = source.documents(state, settled, outOf);
  return stored instanceof Promise ? stored.then(merge) : merge(stored);
}
