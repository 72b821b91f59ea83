export { PROGRAMS } from './programs/index';
export { failure, type Program, type Stage } from './programs/program';
export { storeKinds, type StoreFixture, type StoreKind } from './store-fixtures';
