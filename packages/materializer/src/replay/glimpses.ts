import { type Lsn, type Store, Timeline } from '@argon/wal';
import { AgingMap } from '../cache/aging-map';
import { IndexSlots } from '../index/index-slots';
import { LayeredBranchState } from '../state/branch-state';
import { CollectionMap } from '../state/collection-map';
import { LayeredCollectionState } from '../state/collection-state';
import { numberTree, stringTree } from '../state/sorted-tree';
import type { KnownStates } from './known-states';

/** A known state this many LSNs after the moment or less is near enough not to look for a snapshot. */
const NEAR = 65_536;

/** A moment looked at this often is worth computing. */
const FREQUENT = 8;

/** Moments whose looks are counted. */
const MAX_COUNTED = 256;

/** A document that changed more often since is not followed back: replaying may be shorter. */
const MAX_VERSIONS = 256;

/** Gives the state of the oldest snapshot of a branch's own chain at or after an LSN. */
export interface NextSnapshot {
  next(branchId: number, lsn: Lsn, before: Lsn): Promise<LayeredBranchState | undefined>;
}

/**
 * Single documents of moments long ago, without computing what else there was: a document that a later state holds is
 * followed back from version to version. That needs no replay, however far the moment is from the nearest snapshot.
 */
export class Glimpses {
  readonly #looks = new AgingMap<string, number>(MAX_COUNTED);

  constructor(
    private readonly store: Pick<Store, 'entries' | 'previous'>,
    private readonly states: KnownStates,
    private readonly snapshots: NextSnapshot,
  ) {}

  /**
   * What a branch showed at a commit of its own chain, with nothing in it but this collection and of that nothing but the
   * document whose `_id` has this key. Undefined if a later state does not tell: the document may be gone since, or its
   * collection was changed, or the branch was reset.
   */
  async at(branchId: number, lsn: Lsn, name: string, key: string): Promise<LayeredBranchState | undefined> {
    const later = await this.#later(branchId, lsn);
    if (later === undefined || later.deleted || later.catalogLsn > lsn) return undefined;
    const { segments } = later.timeline;
    const last = segments[segments.length - 1];
    if (last?.branchId !== branchId || lsn <= last.from || lsn > last.to) return undefined;
    const timeline = new Timeline(branchId, lsn, [...segments.slice(0, -1), { ...last, to: lsn }]);
    const show = (collections: [string, LayeredCollectionState][]) =>
      LayeredBranchState.at(
        // Whoever wants the time of the moment asks for all of its state.
        { timeline, timestamp: later.timestamp, deleted: false, catalogLsn: later.catalogLsn },
        CollectionMap.empty<LayeredCollectionState>().with(collections),
      );

    const collection = later.collections.get(name);
    if (collection === undefined) return show([]);
    if (collection.catalog.type === 'view') return undefined;
    const found = await collection.byId(key);
    if (found === undefined || found.record > lsn) return undefined;
    const version = await this.#versionAt(branchId, found.lsn, lsn);
    if (version === undefined) return undefined;
    const records = numberTree<Lsn>();
    records.set(found.record, version);
    const ids = stringTree<Lsn>();
    ids.set(key, found.record);
    return show([
      [name, new LayeredCollectionState(collection.catalog, 1, undefined, records, ids, new IndexSlots())],
    ]);
  }

  /** Counts a look at a moment; true each time that it has been looked at so often that all of it is worth computing. */
  isFrequent(branchId: number, lsn: Lsn): boolean {
    const moment = `${branchId}@${lsn}`;
    const looks = (this.#looks.get(moment) ?? 0) + 1;
    this.#looks.set(moment, looks % FREQUENT);
    return looks === FREQUENT;
  }

  async #later(branchId: number, lsn: Lsn): Promise<LayeredBranchState | undefined> {
    const known = this.states.next(branchId, lsn);
    if (known !== undefined && known.lsn - lsn <= NEAR) return known;
    const snapshot = await this.snapshots.next(branchId, lsn, known?.lsn ?? Infinity);
    if (snapshot !== undefined) this.states.keep(snapshot);
    return snapshot ?? known;
  }

  /** The newest version at or before the moment, of those that led to this one. */
  async #versionAt(branchId: number, from: Lsn, lsn: Lsn): Promise<Lsn | undefined> {
    let version = from;
    for (let steps = 0; version > lsn; steps++) {
      if (steps === MAX_VERSIONS) return undefined;
      const previous = await this.#previous(branchId, version);
      if (previous === undefined || previous === 0) return undefined;
      version = previous;
    }
    return version;
  }

  async #previous(branchId: number, lsn: Lsn): Promise<Lsn | undefined> {
    if (this.store.previous !== undefined) return this.store.previous(branchId, lsn);
    const [entry] = await this.store.entries(branchId, [lsn]);
    return entry?.prevLsn;
  }
}
