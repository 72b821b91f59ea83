import { Timestamp } from '@argon/bson';
import { afterCommit } from '../place';
import type { ResumeToken } from '../resume-token';
import { pause } from './arrivals';
import type { EventSource, Progress } from './source';

/** How often it is looked whether the project is there by now, ms. */
const LOOK_MS = 50;

/** Events of a branch whose project does not exist yet: none, until it does. */
export class PendingSource implements EventSource {
  #source: EventSource | undefined;
  readonly #since = new Timestamp({ t: Math.floor(Date.now() / 1000), i: 0 });

  /** @param open the branch's source, once there is such a branch */
  constructor(private readonly open: () => Promise<EventSource | undefined>) {}

  get token(): ResumeToken {
    return this.#source?.token ?? { clusterTime: this.#since, branchId: 0, place: afterCommit(0) };
  }

  async next(): Promise<Progress> {
    this.#source ??= await this.open();
    return this.#source?.next() ?? { events: [], isAtEnd: true, isOver: false };
  }

  async arrival(signal: AbortSignal): Promise<void> {
    while (this.#source === undefined && !signal.aborted) {
      this.#source = await this.open();
      if (this.#source !== undefined) return;
      await pause(LOOK_MS, signal);
    }
    await this.#source?.arrival(signal);
  }

  close(): void {
    this.#source?.close();
  }
}
