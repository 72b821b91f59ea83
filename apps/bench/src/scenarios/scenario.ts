import type { StoreKind } from '../figures/figure';
import type { Bench } from '../run/bench';

/** One line of the table of figures: what it is, and how it is measured. */
export interface Scenario {
  /** In a command line: `create-branch`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** What it measures and how, in a sentence or two, for the report. */
  readonly about: string;
  /** The stores that it says something about. */
  readonly stores: readonly StoreKind[];
  /** Numbers of documents that it is measured at unless told otherwise. */
  readonly sizes: Readonly<Partial<Record<StoreKind, readonly number[]>>>;
  /** The most documents that it makes sense with (a peer may be slow, a store remote). Greater sizes are left out. */
  readonly most?: number;
  /** Measures on one store at one size and records what it finds. */
  run(bench: Bench): Promise<void>;
}
