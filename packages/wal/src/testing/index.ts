export { everyType } from './every-type';
export { storeCompliance } from './compliance';
export { chunkStoreCompliance } from './chunk-store-compliance';
export { perfStoreCompliance } from './perf-store-compliance';
export { snapshotStoreCompliance } from './snapshot-store-compliance';
export type {
  ChunkStoreSubject,
  OpenedPart,
  OpenedStore,
  PerfStoreSubject,
  SnapshotStoreSubject,
  StoreSubject,
  TestFramework,
} from './subject';
