import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongodOrSkip } from '@argon/tools-mongod';
import { openStore, type Store } from '@argon/wal';

/** A store to compact in. */
export interface CompactionStore {
  readonly writer: Store;
  /** As another process has it open; the same object where a store can be open once per process. */
  readonly reader: Store;
  readonly address: string;
  dispose(): Promise<void>;
}

/** Every kind of store, and how much of it a test can ask. */
export interface CompactionStoreKind {
  readonly kind: string;
  readonly runs: number;
  readonly actions: number;
  /** How many histories are compacted by processes that are killed; 0 where there can be one process only. */
  readonly kills: number;
  /** Undefined where there is no server to test with. */
  readonly open: (() => Promise<CompactionStore>) | undefined;
}

async function opened(address: string, remove: () => Promise<void>, two: boolean): Promise<CompactionStore> {
  const writer = await openStore(address);
  const reader = two ? await openStore(address) : writer;
  return {
    writer,
    reader,
    address,
    dispose: async () => {
      await reader.close();
      await writer.close();
      await remove();
    },
  };
}

async function openLmdb(): Promise<CompactionStore> {
  const folder = await mkdtemp(join(tmpdir(), 'argon-compaction-'));
  return opened(`lmdb:${join(folder, 'store')}`, () => rm(folder, { recursive: true }), false);
}

function openMongo(uri: string): Promise<CompactionStore> {
  const url = new URL(uri);
  url.pathname = `/argon_compaction_${process.pid}_${Date.now()}`;
  return opened(url.href, async () => {}, true);
}

export async function compactionStores(): Promise<readonly CompactionStoreKind[]> {
  const mongod = await mongodOrSkip();
  return [
    { kind: 'memory', runs: 12, actions: 50, kills: 0, open: () => opened('memory:', async () => {}, false) },
    { kind: 'lmdb', runs: 6, actions: 40, kills: 4, open: openLmdb },
    { kind: 'mongodb', runs: 3, actions: 25, kills: 2, open: mongod && (() => openMongo(mongod.uri)) },
  ];
}
