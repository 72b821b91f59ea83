export { storeCompliance } from './compliance';
export type { OpenedStore, StoreSubject, TestFramework } from './subject';
