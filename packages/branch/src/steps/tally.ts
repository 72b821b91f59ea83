import type { CatalogConflictStep, DocumentStep, Step } from './contract';

/** How many conflicts a report shows. */
const EXAMPLES = 100;

/** What a report says of conflicts. */
export interface ConflictCounts {
  readonly conflicts: number;
  /** Conflicts that nobody decided. */
  readonly open: number;
  /** The first conflicts. */
  readonly examples: readonly (DocumentStep | CatalogConflictStep)[];
}

/** Counts the conflicts among steps. */
export class Tally {
  #conflicts = 0;
  #open = 0;
  readonly #examples: (DocumentStep | CatalogConflictStep)[] = [];

  see(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.kind === 'catalog' || step.conflict === undefined) continue;
      this.#conflicts += 1;
      if (step.conflict.decision === undefined) this.#open += 1;
      if (this.#examples.length < EXAMPLES) this.#examples.push(step);
    }
  }

  get report(): ConflictCounts {
    return { conflicts: this.#conflicts, open: this.#open, examples: this.#examples };
  }
}
