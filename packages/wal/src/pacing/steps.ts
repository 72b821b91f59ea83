import { Pacer } from './pacer';

/** Work in steps: where it yields, it may be left for a while. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does it without a pause. */
export function atOnce<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Does it in slices of time, between which everything else in the process goes on. */
export async function inSlices<T>(work: Steps<T>, pacer = new Pacer()): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (pacer.due) await pacer.giveWay();
  }
}
