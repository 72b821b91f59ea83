import type { ChunkStore, SnapshotStore } from '../store/chunks';
import type { PerfStore } from '../store/perf';
import type { Store, StoreSupports } from '../store/store';

/** The functions of a test framework: vitest's, node:test's, mocha's or jest's fit. */
export interface TestFramework {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
}

/** A store made for one test. */
export interface OpenedStore {
  readonly store: Store;
  /**
   * Opens another handle on the same data, as another process would have. Asked for only of stores that support it
   * (`durable`: after the first was closed; `multiProcess`: while it is open).
   */
  openAnother(): Promise<Store>;
  /** Removes the data; all handles are closed by then. */
  dispose(): Promise<void>;
}

/** A kind of store that is to be tested. */
export interface StoreSubject {
  readonly name: string;
  readonly supports: StoreSupports;
  /** Makes a new, empty store. */
  open(): Promise<OpenedStore>;
  readonly test: TestFramework;
}

/** A chunk store or snapshot store made for one test. */
export interface OpenedPart<T> {
  readonly store: T;
  /** Opens another handle on the same data, as another process would have; absent if there can be only one. */
  readonly openAnother?: () => Promise<T>;
  /** Closes every handle and removes the data. */
  dispose(): Promise<void>;
}

/** A kind of chunk store that is to be tested. */
export interface ChunkStoreSubject {
  readonly name: string;
  /** Makes a new, empty one. Its clock is `now`, ms. */
  open(now: () => number): Promise<OpenedPart<ChunkStore>>;
  readonly test: TestFramework;
}

/** A kind of snapshot store that is to be tested. */
export interface SnapshotStoreSubject {
  readonly name: string;
  /** Makes a new, empty one. */
  open(): Promise<OpenedPart<SnapshotStore>>;
  readonly test: TestFramework;
}

/** A kind of store of how processes did that is to be tested. */
export interface PerfStoreSubject {
  readonly name: string;
  /** Makes a new, empty one. */
  open(): Promise<OpenedPart<PerfStore>>;
  readonly test: TestFramework;
}
