export { type FolderChunkStoreOptions, FolderChunkStore } from './chunk-store';
export { FolderSnapshotStore } from './snapshot-store';
