import type { DraftCommit } from '../../entry/entry';

/** Milliseconds that a transaction may hold up the process on average. */
const MOST = 2;
/** No single one counts for more: disks stall now and then. */
const WORST = 4 * MOST;
/** The weight of the newest. */
const SHARE = 0.04;
/** How many are left to the thread before it is tried again. */
const PAUSE = 200;

/** Whether transactions are so quick, on this disk, that waiting for them costs less than leaving them to a thread. */
export class InlineCost {
  #average = 0;
  #pause = 0;

  isCheap(): boolean {
    if (this.#pause > 0) this.#pause -= 1;
    return this.#pause === 0;
  }

  /** Leaves the next ones to the thread, whatever they cost. */
  leave(): void {
    this.#pause = PAUSE;
  }

  measure(work: () => void): void {
    const start = performance.now();
    work();
    const took = Math.min(performance.now() - start, WORST);
    this.#average += SHARE * (took - this.#average);
    if (this.#average <= MOST) return;
    this.#average = MOST / 2;
    this.#pause = PAUSE;
  }
}

const SMALL_ENTRIES = 16;
const SMALL_BYTES = 16 * 1024;

/** Whether it takes no longer to write these than to have a thread do it. */
export function isSmall(commits: readonly DraftCommit[]): boolean {
  const [commit] = commits;
  if (commits.length !== 1 || commit!.entries.length > SMALL_ENTRIES) return false;
  let bytes = 0;
  for (const { document } of commit!.entries) bytes += document?.length ?? 0;
  return bytes <= SMALL_BYTES;
}
