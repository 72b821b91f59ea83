import { openStore, type Store } from '@argon/wal';

/** A store to compact in. */
export interface CompactionStore {
  readonly writer: Store;
  /** As another process has it open; the same object where a store can be open once per process. */
  readonly reader: Store;
  dispose(): Promise<void>;
}

async function opened(address: string, remove: () => Promise<void>, two: boolean): Promise<CompactionStore> {
  const writer = await openStore(address);
  const reader = two ? await openStore(address) : writer;
  return {
    writer,
    reader,
    dispose: async () => {
      await reader.close();
      await writer.close();
      await remove();
    },
  };
}

/** Every kind of store that can compact, and how much of it a test can ask. */
export const compactionStores: readonly {
  readonly kind: string;
  readonly runs: number;
  readonly actions: number;
  readonly open: (() => Promise<CompactionStore>) | undefined;
}[] = [{ kind: 'memory', runs: 12, actions: 50, open: () => opened('memory:', async () => {}, false) }];
