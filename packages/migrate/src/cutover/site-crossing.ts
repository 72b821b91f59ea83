import type { Watch, BranchType } from '@argon/branch';
import { legacyServiceOf, type Crossing, type CrossingParts, type ForkRequest } from '@argon/branch/dual';
import type { LegacyBranchService } from '@argon/branch/prefix';
import type { Actor } from '@argon/wal';
import { forkIntoLog, forkToPrefix } from './fork';
import { turnToLog, turnToPrefix } from './turn';

/** Who turns branches over that nobody in particular turned. */
const ARGON: Actor = { user: 'argon', app: 'cutover' };

/** Moves branches between a log and prefixed collections: what DualMode needs for that. */
export class SiteCrossing implements Crossing {
  readonly #legacy: LegacyBranchService;
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(private readonly parts: CrossingParts) {
    this.#legacy = legacyServiceOf(parts);
  }

  /** @throws BranchExistsError, BranchBusyError, PrefixTakenError; errors of Mirror and Checkout; the watch's reason */
  fork(request: ForkRequest, actor: Actor, watch?: Watch): Promise<void> {
    return this.#watched(watch, (own) =>
      request.type === 'wal'
        ? forkIntoLog(this.parts, request, actor, own)
        : forkToPrefix(this.parts, this.#legacy, request, actor, own),
    );
  }

  /** @throws BranchBusyError; errors of Mirror and Checkout; the watch's reason */
  turn(branch: string, to: BranchType, returned: boolean, watch?: Watch): Promise<void> {
    return this.#watched(watch, async (own) => {
      const options = { watch: own };
      if (to === 'wal') await turnToLog(this.parts, branch, ARGON, options);
      else await turnToPrefix(this.parts, this.#legacy, branch, returned, ARGON, options);
    });
  }

  /** Stops what is under way, which leaves branches where they are, and waits for that. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('Argon is being closed.'));
    await Promise.allSettled(this.#underWay);
  }

  async #watched(watch: Watch | undefined, work: (watch: Watch) => Promise<void>): Promise<void> {
    const { signal: closing } = this.#closing;
    const signal = watch?.signal === undefined ? closing : AbortSignal.any([closing, watch.signal]);
    const running = work({ ...watch, signal });
    this.#underWay.add(running);
    try {
      await running;
    } finally {
      this.#underWay.delete(running);
    }
  }
}
