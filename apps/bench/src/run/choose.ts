import type { StoreKind } from '../figures/figure';
import type { Scenario } from '../scenarios/scenario';

/** What a command line asked for. */
export interface Choice {
  /** Part of a name, or a regular expression over names. */
  readonly only?: string;
  readonly stores?: readonly StoreKind[];
  /** Instead of each scenario's own. */
  readonly sizes?: readonly number[];
}

export interface Chosen {
  readonly scenario: Scenario;
  readonly store: StoreKind;
  readonly size: number;
}

/** What is to be measured, in order. Sizes beyond what a scenario takes become the most it takes. */
export function choose(scenarios: readonly Scenario[], choice: Choice): Chosen[] {
  const pattern = choice.only === undefined ? undefined : new RegExp(choice.only, 'i');
  return scenarios
    .filter(({ name }) => pattern === undefined || pattern.test(name))
    .flatMap((scenario) =>
      scenario.stores
        .filter((store) => choice.stores === undefined || choice.stores.includes(store))
        .flatMap((store) => {
          const sizes = choice.sizes ?? scenario.sizes[store] ?? [];
          const taken = sizes.map((size) => Math.min(size, scenario.most ?? Infinity));
          return [...new Set(taken)].map((size) => ({ scenario, store, size }));
        }),
    );
}
