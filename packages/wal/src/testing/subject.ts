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
