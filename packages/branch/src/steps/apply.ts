import type { Value } from '@argon/bson';
import { CommandError, type Draft } from '@argon/engine';
import type { Step } from './contract';
import { ViolationError, type Violation } from './errors';

/** How many of what is wrong are kept to be told. */
const MAX_TOLD = 100;

/** What steps do to a branch, and what stands in their way. */
export interface StepCounts {
  inserted: number;
  updated: number;
  deleted: number;
  /** Changes of collections and indexes. */
  catalog: number;
}

export function noSteps(): StepCounts {
  return { inserted: 0, updated: 0, deleted: 0, catalog: 0 };
}

/**
 * Drafts steps as one commit. Documents may swap values of unique indexes: keys are checked when all changes are in.
 * However many they are, memory holds a part: the rest goes to a staging branch; or, of work that is only looked at, is
 * counted and not checked.
 * @throws ViolationError that lists what validators and unique indexes do not allow; then nothing is written
 */
export class StepWriter {
  readonly counts = noSteps();
  readonly #violations: Violation[] = [];
  #violated = 0;

  /**
   * @param isExact steps look at what earlier ones did, and tell of versions that only the draft has: so all are drafted, also
   *   of work that is only looked at, and none of it goes to a staging branch while they are written
   */
  constructor(
    private readonly draft: Draft,
    private readonly isExact = false,
  ) {
    draft.deferUniques();
  }

  async write(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (!this.isExact) await this.draft.relieve();
      try {
        await this.#apply(step, !this.isExact && this.draft.isFull);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        const { collection } = step;
        this.#violation({ collection, ...(step.kind === 'document' ? { id: step.id } : {}), problem: error });
      }
    }
  }

  /** @throws ViolationError */
  async finish(): Promise<void> {
    if (this.#violated === 0) await this.draft.checkUniques((problem) => this.#violation(problem));
    if (this.#violated > 0) throw new ViolationError(this.#violations, this.#violated);
  }

  #violation(violation: Violation): void {
    this.#violated += 1;
    if (this.#violations.length < MAX_TOLD) this.#violations.push(violation);
  }

  /** @param isCounted documents are counted, no more */
  async #apply(step: Step, isCounted: boolean): Promise<void> {
    const { draft, counts } = this;
    if (step.kind === 'catalog-conflict') return;
    const { collection } = step;
    if (step.kind === 'catalog') {
      draft.catalog(step.operation, collection, step.argument);
      counts.catalog += 1;
      if (step.operation === 'create_index') {
        const specification = step.argument.get('specification') as ReadonlyMap<string, Value>;
        await draft.checkNewIndex(collection, String(specification.get('name')));
      }
    } else if (step.before === undefined) {
      if (step.after === undefined) return;
      if (isCounted) draft.ensureCollection(collection);
      else await draft.insert(collection, step.after, step.id);
      counts.inserted += 1;
    } else if (step.after === undefined) {
      if (!isCounted) await draft.remove(collection, step.before);
      counts.deleted += 1;
    } else if (Buffer.compare(step.before.bytes, step.after) !== 0) {
      if (!isCounted) await draft.update(collection, step.before, step.after);
      counts.updated += 1;
    }
  }
}
