import { mayMigrate, type Flags } from '@argon/branch';
import { legacyServiceOf, standbyNameOf, type CrossingParts } from '@argon/branch/dual';
import type { LegacyBranch, LegacyBranchService } from '@argon/branch/prefix';
import { BranchNotFoundError, findBranch, type Actor } from '@argon/wal';
import { Hold } from '../checkout/hold';
import { turnToLog, turnToPrefix, type BothSides } from '../cutover/turn';
import type { DualWriteOptions } from '../dual-write/contract';
import { writeBoth } from '../dual-write/dual-write';
import { mirrorStatus } from '../mirror/recorded-mirror';
import { forgetTally, readTally, type ShadowTally } from '../shadow/tally';
import { prefixSite } from '../site/site';
import type { VerifyReport } from '../verify/contract';
import { verify } from '../verify/verify';
import type { BranchMigration, BranchPlan, MigrationOptions, MigrationReport } from './contract';
import {
  MigrationDifferenceError,
  MigrationNotAllowedError,
  MigrationShadowReadsError,
  MigrationStateError,
} from './errors';
import { parentsFirst, planOf } from './plan';

/**
 * Moves branches from prefixed collections into the log, one by one and parents first, while they are written to; and back.
 * Every step can be killed at any point and done again: it goes on where it was.
 */
export class MigrationService {
  readonly #legacy: LegacyBranchService;

  constructor(
    private readonly parts: CrossingParts,
    private readonly flags: () => Flags,
  ) {
    this.#legacy = legacyServiceOf(parts);
  }

  /** How far each branch of the legacy database is, parents first. */
  async status(): Promise<readonly BranchMigration[]> {
    const { branches } = await this.parts.directory.refresh();
    return Promise.all(parentsFirst([...branches.values()]).map((record) => this.#stateOf(record)));
  }

  /** What is left to migrate, of all branches or some, parents first. @throws BranchNotFoundError */
  async plan(names?: readonly string[], documentsPerSecond?: number): Promise<readonly BranchPlan[]> {
    const { branches } = await this.parts.directory.refresh();
    for (const name of names ?? []) if (!branches.has(name)) throw new BranchNotFoundError(name);
    const plans: BranchPlan[] = [];
    for (const record of parentsFirst([...branches.values()])) {
      if (record.useWal || (names !== undefined && !names.includes(record.name))) continue;
      const state = await this.#stateOf(record);
      plans.push(await planOf(this.parts, record, state, this.flags(), documentsPerSecond));
    }
    return plans;
  }

  /**
   * Copies a branch while it is written to, follows it, compares both sides, and has the log serve it.
   * @throws BranchNotFoundError, MigrationNotAllowedError, MigrationShadowReadsError, MigrationDifferenceError,
   *   BranchBusyError; errors of Mirror; the watch's reason
   */
  async migrate(branch: string, actor: Actor, options: MigrationOptions = {}): Promise<MigrationReport> {
    this.#checkAllowed(await this.#record(branch));
    if (options.ignoreShadowReads !== true) {
      const tally = await this.shadowReads(branch);
      if (tally.different > 0) throw new MigrationShadowReadsError(tally);
    }
    return this.#turned(branch, options, (check) =>
      turnToLog(this.parts, branch, actor, { ...options, check }),
    );
  }

  /**
   * Writes a branch of the log back to its prefixed collections, with all that was written since, compares both, and has
   * those serve it.
   * @throws BranchNotFoundError, MigrationDifferenceError, BranchBusyError; errors of Checkout; the watch's reason
   */
  async rollBack(branch: string, actor: Actor, options: MigrationOptions = {}): Promise<MigrationReport> {
    return this.#turned(branch, options, (check) =>
      turnToPrefix(this.parts, this.#legacy, branch, false, actor, { ...options, check }),
    );
  }

  /**
   * Keeps both sides of a branch in step, whichever serves it, until the signal. A branch that is to be turned over meanwhile
   * is busy: end this first, and nothing has to be carried over anew.
   * @throws BranchNotFoundError, MigrationNotAllowedError, BranchBusyError; errors of Mirror and Checkout
   */
  async dualWrite(branch: string, actor: Actor, options: DualWriteOptions): Promise<void> {
    const record = await this.#record(branch);
    this.#checkAllowed(record);
    await writeBoth(this.parts, record, actor, options);
  }

  /** What came of reads that both sides were asked (`Flags.shadowReads`). @throws the driver's errors */
  shadowReads(branch: string): Promise<ShadowTally> {
    return readTally(this.parts.directory.database, branch);
  }

  /** Begins to count anew. @throws the driver's errors */
  forgetShadowReads(branch: string): Promise<void> {
    return forgetTally(this.parts.directory.database, branch);
  }

  /**
   * Drops the prefixed collections of a branch that the log serves. Afterwards it can only be written out anew.
   * @throws BranchNotFoundError, MigrationStateError, BranchBusyError; SiteBusyError while they are kept in step
   */
  async finish(branch: string): Promise<void> {
    const record = await this.#record(branch);
    if (!record.useWal) {
      const problem = 'its prefixed collections are what is served; migrate it first';
      throw new MigrationStateError('finish', branch, problem);
    }
    const { directory } = this.parts;
    // Whoever keeps them in step would make them anew.
    const hold = await Hold.take(await prefixSite(directory, branch), { id: 'finish', name: branch });
    try {
      await this.#legacy.drop(directory.project, branch);
    } finally {
      await hold.release();
    }
  }

  /** @throws MigrationNotAllowedError */
  #checkAllowed({ name, useWal, createdAt }: LegacyBranch): void {
    const flags = this.flags();
    if (useWal || mayMigrate(flags, createdAt ?? null)) return;
    throw new MigrationNotAllowedError(name, !flags.wal);
  }

  async #turned(
    branch: string,
    { verify: wanted = true, leaveOut = false, watch }: MigrationOptions,
    turn: (check: (both: BothSides) => Promise<ReadonlySet<string>>) => Promise<boolean>,
  ): Promise<MigrationReport> {
    const started = performance.now();
    let verified: VerifyReport | undefined;
    await watch?.step?.('copying');
    const turned = await turn(async (both) => {
      let later: ReadonlySet<string> = new Set();
      if (wanted) {
        if (both.atRest === undefined) await watch?.step?.('verifying');
        const found = await this.#verify(branch, both, leaveOut, watch);
        verified = verified === undefined ? found.report : joined(verified, found.report);
        later = found.later;
      }
      if (both.atRest === undefined) await watch?.step?.('turning');
      return later;
    });
    return { branch, turned, verified, milliseconds: performance.now() - started };
  }

  /**
   * @returns with collections that were written to while they were compared, as far as can be told
   * @throws MigrationDifferenceError
   */
  async #verify(
    branch: string,
    { site, logged, moment, atRest }: BothSides,
    leaveOut: boolean,
    watch: MigrationOptions['watch'],
  ): Promise<{ readonly report: VerifyReport; readonly later: ReadonlySet<string> }> {
    const { log, directory } = this.parts;
    const report = await verify({
      engine: log.engine,
      project: directory.project,
      branch: logged,
      site,
      at: moment === undefined ? 'position' : { lsn: moment.lsn },
      time: moment?.time,
      only: atRest,
      watch,
    });
    const differing = report.collections.filter(({ equal, missing, extra, different }) =>
      leaveOut ? missing + extra + different > 0 : !equal,
    );
    // Of a branch that is written to, a collection that cannot be read as it was at a moment may be another by now.
    const mayBePassing = moment !== undefined && atRest === undefined;
    const later = new Set<string>();
    for (const { name, atOneMoment } of differing) if (mayBePassing && !atOneMoment) later.add(name);
    if (differing.length > later.size) throw new MigrationDifferenceError(branch, report);
    return { report, later };
  }

  async #stateOf({ name, parent, useWal }: LegacyBranch): Promise<BranchMigration> {
    const { log, directory } = this.parts;
    const { store } = log.engine;
    if (useWal) return { branch: name, parent, phase: 'turned', copied: undefined };
    const standby = await findBranch(store, directory.project, standbyNameOf(name));
    if (typeof standby === 'string') return { branch: name, parent, phase: 'traditional', copied: undefined };
    const { id, source, startLsn } = standby.branch;
    // A project's first branch is there before anything of it is copied.
    const isNew = source === undefined && (await store.head(id)).lsn === startLsn;
    const copied = source === undefined ? undefined : mirrorStatus(source).documents;
    return { branch: name, parent, phase: isNew ? 'traditional' : 'copied', copied };
  }

  async #record(branch: string): Promise<LegacyBranch> {
    const record = (await this.parts.directory.refresh()).branches.get(branch);
    if (record === undefined) throw new BranchNotFoundError(branch);
    return record;
  }
}

/** A report, with what was found of some of its collections later. */
function joined(first: VerifyReport, later: VerifyReport): VerifyReport {
  const anew = new Map(later.collections.map((each) => [each.name, each]));
  const collections = first.collections.map((each) => anew.get(each.name) ?? each);
  const equal = collections.every((each) => each.equal);
  return { ...first, collections, equal };
}
