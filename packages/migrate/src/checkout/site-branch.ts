import type { FoundPlace, Watch } from '@argon/branch';
import type { BranchState, Materializer } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import { describeSite } from '../site/describe';
import type { Site } from '../site/site';
import { isNotForTransactions } from '../site/transactions';
import { BranchDocuments } from './branch-documents';
import { CollectionWriter } from './collection-writer';
import type { CheckoutCounts } from './contract';
import { CheckoutPositionLostError, SiteNotEmptyError, SiteRefusedError } from './errors';
import type { Hold } from './hold';
import { Pace } from './pace';
import { Shape } from './shape';
import { nameIn, planShape, uuidOf } from './shape-plan';
import { MAX_DOCUMENTS, smallDifference } from './small-difference';
import { AtOnce } from './write-at-once';
import { writeAll, writeContent, writeDifference, type Work } from './write-documents';

export interface ApplyOptions {
  readonly overwrite?: boolean | undefined;
  readonly documentsPerSecond?: number | undefined;
  readonly atOnce?: number | undefined;
  readonly watch?: Watch | undefined;
}

/** A branch at a site that is held: what it shows there, and how that becomes another state. */
export class SiteBranch {
  readonly #shape: Shape;
  readonly #atOnce: AtOnce;
  #transactions = true;
  /** What the site holds; undefined: not known, or nothing. */
  #state: BranchState | undefined;
  /** Where a run was going that did not get there: what it left may be there. */
  #interrupted: BranchState | undefined;

  constructor(
    private readonly materializer: Materializer,
    private readonly place: FoundPlace,
    private readonly site: Site,
    private readonly hold: Hold,
  ) {
    this.#shape = new Shape(site);
    this.#atOnce = new AtOnce(site, hold);
  }

  get state(): BranchState | undefined {
    return this.#state;
  }

  /**
   * Finds out what the site holds, and ends what a process that died had begun.
   * @throws SiteNotEmptyError, CheckoutPositionLostError, and what `apply` throws
   */
  async open(options: ApplyOptions): Promise<void> {
    const { lsn, toward } = this.hold.position;
    if (options.overwrite === true) return;
    if (toward !== undefined) this.#interrupted = await this.#stateAt(toward);
    if (lsn === undefined) {
      if (toward === undefined) await this.#checkEmpty();
      return;
    }
    if (toward === undefined) {
      this.#state = await this.#stateAt(lsn);
      return;
    }
    try {
      await this.#inSteps(await this.#stateAt(lsn), this.#interrupted!, options);
    } catch (error) {
      // What mongod did not take then may be mended on the branch since.
      if (!(error instanceof SiteRefusedError)) throw error;
    }
  }

  /**
   * Makes the site show a state. @returns how much was written
   * @throws SiteNotEmptyError, SiteRefusedError, SiteLostError, SiteServerError, the driver's errors; the watch's reason
   */
  async apply(after: BranchState, options: ApplyOptions): Promise<CheckoutCounts> {
    const before = this.#state;
    if (options.overwrite !== true && before !== undefined && this.#transactions) {
      const changes = await smallDifference(
        this.materializer,
        before,
        after,
        options.atOnce ?? MAX_DOCUMENTS,
      );
      if (changes !== undefined) {
        const pace = new Pace(options.documentsPerSecond, options.watch);
        try {
          await this.#atOnce.write(changes, after.lsn, pace);
          this.#state = after;
          return pace;
        } catch (error) {
          if (!isNotForTransactions(error)) throw error;
          this.#transactions = false;
        }
      }
    }
    return this.#inSteps(before, after, options);
  }

  async #inSteps(
    before: BranchState | undefined,
    after: BranchState,
    options: ApplyOptions,
  ): Promise<CheckoutCounts> {
    const { site, hold, materializer } = this;
    const { overwrite = false, watch } = options;
    const pace = new Pace(options.documentsPerSecond, watch);
    const plan = planShape({
      site,
      before,
      after,
      overwrite,
      branch: this.place.branch.name,
      position: hold.position,
      present: await describeSite(site),
      leftovers: new Set(this.#interrupted?.collections.keys()),
    });
    // From here on nobody knows what the site holds, until it is done.
    this.#state = undefined;
    const from = overwrite ? undefined : before?.lsn;
    if (this.#interrupted !== undefined && from === undefined) {
      // While it is still known what was left.
      await this.#shape.drop(plan);
    }
    await hold.begin(from, after.lsn);
    const catalogs = [...after.collections.values()].map(({ catalog }) => catalog);
    await this.#shape.prepare(plan, catalogs);
    for (const [name, way] of plan.ways) {
      hold.check();
      const collection = after.collections.get(name)!;
      const documents = new BranchDocuments(materializer, after);
      const work: Work = {
        documents,
        collection,
        pace,
        writer: new CollectionWriter(site, collection.catalog, pace),
      };
      if (way === 'all') await writeAll(work);
      else if (way === 'content') await writeContent(work, site, site.stored(name));
      else {
        const old = nameIn(before!, uuidOf(collection.catalog))!;
        if (before!.collections.get(old) === collection) continue;
        await writeDifference(work, { documents: new BranchDocuments(materializer, before!), name: old });
      }
    }
    await hold.finish(after.lsn, await this.#shape.finish(catalogs));
    this.#state = after;
    this.#interrupted = undefined;
    return pace;
  }

  async #checkEmpty(): Promise<void> {
    const present = await describeSite(this.site);
    if (present.size === 0) return;
    throw new SiteNotEmptyError(this.place.branch.name, this.site.location, [...present.keys()]);
  }

  async #stateAt(lsn: Lsn): Promise<BranchState> {
    const { branch } = this.place;
    try {
      return await this.materializer.stateAt(branch.id, lsn);
    } catch (error) {
      throw new CheckoutPositionLostError(branch.name, this.site.location, lsn, error);
    }
  }
}
