import type { BranchState, CollectionCatalog } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import { toNumber, type Value } from '@argon/bson';
import type { CollectionView, StoredRecord } from '../view/collection-view';
import { clusteredIndexOf } from '../view/clustered';
import { dataSize, noteDataSize } from '../view/data-size';

/** What a capped collection holds, as drafted. */
interface Room {
  readonly bytes: number;
  readonly count: number;
  /** Nothing is left up to this record. */
  readonly after: Lsn | undefined;
}

/** What it takes to delete from a draft. */
interface Evicting {
  collection(name: string): CollectionView;
  remove(collection: string, record: StoredRecord): Promise<void>;
}

/** How many records are looked at when the oldest are to go. */
const STEP = 8;

export function isCapped({ options }: CollectionCatalog): boolean {
  return options.size > 0 && options.get('capped') === true;
}

/** Whether the oldest go: from a collection that is clustered as well, mongod deletes nothing. */
export function isRoomLimited(catalog: CollectionCatalog): boolean {
  return isCapped(catalog) && clusteredIndexOf(catalog) === undefined;
}

/**
 * The capped collections that a draft inserts into: the oldest documents go, as entries of the same commit, so that
 * every replay gives the same.
 */
export class CappedRooms {
  constructor(private readonly rooms: Map<string, Room> = new Map()) {}

  copy(): CappedRooms {
    return new CappedRooms(new Map(this.rooms));
  }

  /** Makes room for a document of so many bytes. One larger than the collection may be takes its place alone. */
  async make(draft: Evicting, catalog: CollectionCatalog, bytes: number): Promise<void> {
    const { name } = catalog;
    if (!this.rooms.has(name)) {
      const view = draft.collection(name);
      this.rooms.set(name, { bytes: await dataSize(view), count: view.count, after: undefined });
    }
    this.change(name, bytes, 1);
    await this.evict(draft, catalog, 1);
  }

  /**
   * Deletes the oldest until the rest fits.
   * @param coming how many of those counted are not there yet
   */
  private async evict(draft: Evicting, { name, options }: CollectionCatalog, coming: number): Promise<void> {
    const size = numberOf(options.get('size'));
    const max = numberOf(options.get('max'));
    const isOver = ({ bytes, count }: Room) => count > 1 && (bytes > size || count > max);
    while (isOver(this.rooms.get(name)!) && this.rooms.get(name)!.count > coming) {
      const { after } = this.rooms.get(name)!;
      const options = { batchSize: STEP, ...(after === undefined ? {} : { after }) };
      const { value } = await draft.collection(name).scan(options).next();
      if (value === undefined) return;
      for (const [i, ref] of value.refs.entries()) {
        if (!isOver(this.rooms.get(name)!)) return;
        await draft.remove(name, { ...ref, bytes: value.documents[i]! });
        this.rooms.set(name, { ...this.rooms.get(name)!, after: ref.record });
      }
    }
  }

  /** Deletes the oldest of a collection that has become capped, or smaller. */
  async shrink(draft: Evicting, catalog: CollectionCatalog): Promise<void> {
    const view = draft.collection(catalog.name);
    this.rooms.set(catalog.name, { bytes: await dataSize(view), count: view.count, after: undefined });
    await this.evict(draft, catalog, 0);
  }

  /** The draft changed documents of the collection. */
  change(name: string, bytes: number, count: number): void {
    const room = this.rooms.get(name);
    if (room !== undefined)
      this.rooms.set(name, { ...room, bytes: room.bytes + bytes, count: room.count + count });
  }

  /** What was drafted is what this state holds: the next draft need not count again. */
  settled(state: BranchState): void {
    for (const [name, { bytes, count }] of this.rooms) {
      const collection = state.collections.get(name);
      if (collection !== undefined && collection.count === count) noteDataSize(collection, bytes);
    }
  }
}

function numberOf(value: Value | undefined): number {
  return value === undefined ? Infinity : toNumber(value as number);
}
