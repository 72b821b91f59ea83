export { type MemoryStoreOptions, MemoryStore } from './memory-store';
export { type MemoryChunkStoreOptions, MemoryChunkStore } from './chunks/chunk-store';
export { MemorySnapshotStore } from './chunks/snapshot-store';
