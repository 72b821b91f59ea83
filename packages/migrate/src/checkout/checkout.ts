import { Places, type FoundPlace } from '@argon/branch';
import { describeSite } from '../site/describe';
import type { CheckoutOptions, CheckoutReport, CheckoutTarget } from './contract';
import { SiteNotEmptyError } from './errors';
import { Follower } from './follower';
import { Hold } from './hold';
import { holderOf, identityOf, readPosition } from './position';
import { SiteBranch } from './site-branch';

/**
 * A branch, written to a site: all of it where there is nothing, and what changed since where it was written before. What
 * the site holds stands in its own database, so a process that is killed at any point goes on where it was.
 */
export class Checkout {
  readonly #places: Places;

  constructor(private readonly target: CheckoutTarget) {
    this.#places = new Places(target.engine.store, target.engine.materializer);
  }

  /**
   * Makes the site show what the branch shows, now or at a moment.
   * @throws ProjectNotFoundError, BranchNotFoundError, LsnOutOfRangeError, MomentOutOfRangeError, LsnBelowHorizonError;
   *   SiteNotEmptyError, SiteBusyError, SiteRefusedError, CheckoutPositionLostError; SiteServerError, the driver's errors
   */
  async run(options: CheckoutOptions = {}): Promise<CheckoutReport> {
    const { project, branch, site, engine, documentsPerSecond, atOnce, leaseMs } = this.target;
    const { at, overwrite, anew, watch } = options;
    const how = { overwrite, documentsPerSecond, atOnce, watch };
    const place = await this.#places.find({ project, name: branch, at });
    const state = await this.#places.stateOf(place);
    await this.#checkTarget(place, overwrite === true);
    const hold = await Hold.take(site, holderOf(place), leaseMs, watch?.signal);
    try {
      if (anew === true) hold.forget();
      const from = hold.position.lsn;
      const there = new SiteBranch(engine.materializer, place, site, hold);
      await there.open(how);
      const counts = await there.apply(state, how);
      const { inserted, updated, deleted } = counts;
      const collections = state.collections.size;
      const { name } = place.branch;
      return { project, branch: name, lsn: state.lsn, from, inserted, updated, deleted, collections };
    } finally {
      await hold.release();
    }
  }

  /**
   * Brings the site up to date and keeps it so, until the signal aborts or an error comes that trying again does not mend.
   * Commits are there milliseconds after they were made; what is little comes as one transaction.
   */
  follow(signal: AbortSignal, options: Pick<CheckoutOptions, 'overwrite' | 'watch'> = {}): Follower {
    const begin = async () => {
      const place = await this.#places.branch(this.target.project, this.target.branch);
      await this.#checkTarget(place, options.overwrite === true);
      return place;
    };
    return new Follower(this.target, begin, signal, options);
  }

  /** Before anything is written, a lease included. @throws SiteNotEmptyError */
  async #checkTarget(place: FoundPlace, overwrite: boolean): Promise<void> {
    if (overwrite) return;
    const { site } = this.target;
    const position = await readPosition(site);
    if (position?.branch === identityOf(place)) return;
    const present = await describeSite(site);
    if (present.size > 0) throw new SiteNotEmptyError(place.branch.name, site.location, [...present.keys()]);
  }
}
