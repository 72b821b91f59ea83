import { noSteps, type StepCounts } from './apply';
import type { CatalogConflictStep, DocumentStep, Step } from './contract';

/** How many conflicts a report shows. */
const EXAMPLES = 100;

/** What steps come to, for a report. */
export class Tally {
  counts: StepCounts = noSteps();
  conflicts = 0;
  /** Conflicts that nobody decided. */
  open = 0;
  /** The first conflicts. */
  readonly examples: (DocumentStep | CatalogConflictStep)[] = [];

  see(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.kind === 'catalog' || step.conflict === undefined) continue;
      this.conflicts += 1;
      if (step.conflict.decision === undefined) this.open += 1;
      if (this.examples.length < EXAMPLES) this.examples.push(step);
    }
  }
}
