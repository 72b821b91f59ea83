import type { ChunkHash, Lsn } from '@argon/wal';
import type { Tree } from '../tree/tree';
import type { CollectionCatalog } from './contract';

/** The keys of an index at a base's LSN: `indexEntryKey` of key and record, with no value. */
export interface IndexBase {
  readonly tree: Tree<string>;
  /** See `IndexView.multikey`. */
  readonly multikey: readonly number[];
  /** See `IndexView.forms`. */
  readonly forms: readonly number[];
  /** Made later than the base, and without entries of the records that had changed by then: they are void anyway. */
  readonly lacksChanged?: true;
}

/** What a collection held at the LSN of a snapshot, as trees whose nodes are loaded when they are needed. */
export interface CollectionBase {
  /** No record in these trees is newer. */
  readonly lsn: Lsn;
  /** record → LSN of its current version. */
  readonly records: Tree<number>;
  /** `idKey` of `_id` → record. */
  readonly ids: Tree<string>;
  /** See `CollectionState.idForms`. */
  readonly idForms: number;
  /** By `indexIdentity`. */
  readonly indexes: ReadonlyMap<string, IndexBase>;
  /** Where all of this is written down, with this catalogue. */
  readonly stored: { readonly chunk: ChunkHash; readonly catalog: CollectionCatalog };
}
