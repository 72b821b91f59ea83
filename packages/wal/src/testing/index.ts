export { storeCompliance } from './compliance';
export { chunkStoreCompliance } from './chunk-store-compliance';
export { snapshotStoreCompliance } from './snapshot-store-compliance';
export type {
  ChunkStoreSubject,
  OpenedPart,
  OpenedStore,
  SnapshotStoreSubject,
  StoreSubject,
  TestFramework,
} from './subject';
