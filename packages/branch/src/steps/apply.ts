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
 * @throws ViolationError that lists what validators and unique indexes do not allow; then nothing is written
 */
export class StepWriter {
  readonly counts = noSteps();
  readonly #violations: Violation[] = [];
  #violated = 0;

  constructor(private readonly draft: Draft) {
    draft.deferUniques();
  }

  async write(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      try {
        await this.#apply(step);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        this.#violated += 1;
        if (this.#violations.length < MAX_TOLD) {
          const id: { id?: Value } = step.kind === 'document' ? { id: step.id } : {};
          this.#violations.push({ collection: step.collection, ...id, problem: error });
        }
      }
    }
  }

  /** @throws ViolationError */
  async finish(): Promise<void> {
    if (this.#violated > 0) throw new ViolationError(this.#violations, this.#violated);
    try {
      await this.draft.checkUniques();
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new ViolationError([{ collection: '', problem: error }], 1);
    }
  }

  async #apply(step: Step): Promise<void> {
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
      await draft.insert(collection, step.after, step.id);
      counts.inserted += 1;
    } else if (step.after === undefined) {
      await draft.remove(collection, step.before);
      counts.deleted += 1;
    } else if (Buffer.compare(step.before.bytes, step.after) !== 0) {
      await draft.update(collection, step.before, step.after);
      counts.updated += 1;
    }
  }
}
