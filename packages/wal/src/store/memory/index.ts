export { type MemoryStoreOptions, MemoryStore } from './memory-store';
