import type { Store } from '../store/store';
import { chunkStoreCompliance } from './chunk-store-compliance';
import { perfStoreCompliance } from './perf-store-compliance';
import { snapshotStoreCompliance } from './snapshot-store-compliance';
import type { OpenedPart, TestFramework } from './subject';

/** A place for a store, to be opened as often as a test likes. */
export interface StorePlace {
  open(now?: () => number): Promise<Store>;
  /** Removes the data; all that was opened is closed by then. */
  remove(): Promise<void>;
}

/** Runs the suites of what a store has beside its log: chunks, snapshots, how processes did. */
export function storePartsCompliance(
  name: string,
  supports: { readonly multiProcess: boolean },
  place: () => Promise<StorePlace>,
  test: TestFramework,
): void {
  async function openPart<T>(part: (store: Store) => T, now?: () => number): Promise<OpenedPart<T>> {
    const { open, remove } = await place();
    const stores: Store[] = [];
    const handle = async () => {
      const store = await open(now);
      stores.push(store);
      return part(store);
    };
    return {
      store: await handle(),
      ...(supports.multiProcess ? { openAnother: handle } : {}),
      dispose: async () => {
        await Promise.all(stores.map((store) => store.close()));
        await remove();
      },
    };
  }
  chunkStoreCompliance({ name, open: (now) => openPart((store) => store.chunks, now), test });
  snapshotStoreCompliance({ name, open: () => openPart((store) => store.snapshots), test });
  perfStoreCompliance({ name, open: () => openPart((store) => store.perf), test });
}
