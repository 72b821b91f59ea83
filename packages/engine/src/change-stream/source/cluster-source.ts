import { Timestamp } from '@argon/bson';
import type { Materializer } from '@argon/materializer';
import type { BranchRecord, Lsn, ProjectRecord, Store } from '@argon/wal';
import { DEFAULT_BRANCH, formatAddress } from '../../handler/address';
import type { ChangeStreamOptions } from '../options';
import { afterCommit, isWhole, type Place } from '../place';
import type { Reached, ResumeToken } from '../resume-token';
import type { Arrivals, Watch } from './arrivals';
import { BranchSource } from './branch-source';
import { checkRetained, startOf } from './start';
import { isBefore, type EventSource, type Progress, type Told } from './source';

/** Writers may be so far behind their own clocks, ms: what has an older time is in the log or never will be. */
const LATEST = 10 * 60 * 1000;
/** Where large writes are put together; their events come with the branch that adopts them. */
const STAGING = /^staging-[0-9a-f]{16}$/;

interface Member {
  readonly branchId: number;
  readonly source: BranchSource;
  /** Events that others must come before. */
  waiting: Told[];
  /** Whether there may be more in its log. */
  isBehind: boolean;
}

/**
 * The events of all branches of all projects. In a store that gives LSNs in the order of commits, that is their order, in every
 * stream alike; in others commits that arrive together are ordered by time, and each branch's by themselves. A token says how
 * far a stream has come on every branch, so that nothing is lost or told twice.
 */
export class ClusterSource implements EventSource {
  readonly #members = new Map<number, Member>();
  readonly #watch: Watch;
  #seen = 0;
  #isOpen = false;
  #token: ResumeToken;
  /** Ordered stores: commits after this one may lack others before them. */
  #horizon: Lsn = 0;
  /** Unordered stores: the last commits told of, and when they were made. */
  readonly #reached = new Map<number, { readonly lsn: Lsn; readonly time: number }>();
  /** The commit that was told of last: it is told to its end before any other. */
  #told: { readonly branchId: number; readonly lsn: Lsn } | undefined;

  constructor(
    private readonly parts: {
      readonly store: Store;
      readonly materializer: Materializer;
      readonly arrivals: Arrivals;
    },
    private readonly options: ChangeStreamOptions,
  ) {
    this.#watch = parts.arrivals.watchAll();
    this.#token = options.resume?.token ?? {
      clusterTime: options.startAtOperationTime ?? new Timestamp({ t: Math.floor(Date.now() / 1000), i: 0 }),
      branchId: 0,
      place: afterCommit(0),
    };
  }

  /** Finds the branches, and where each begins. To be called first. @throws CommandError as `startOf` */
  async open(): Promise<this> {
    try {
      const { store } = this.parts;
      const { resume, startAtOperationTime } = this.options;
      if (this.#isOrdered && resume === undefined && startAtOperationTime === undefined)
        this.#token = { ...this.#token, place: afterCommit(await store.lastLsn()) };
      await this.#discover();
      this.#isOpen = true;
      return this;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get token(): ResumeToken {
    return this.#isOrdered ? this.#token : { ...this.#token, reached: this.#reachedNow() };
  }

  async next(): Promise<Progress> {
    await this.#fill();
    const next = this.#first();
    if (next !== undefined) return { events: [this.#tell(next)], isAtEnd: false, isOver: false };
    const isAtEnd = ![...this.#members.values()].some(
      ({ isBehind, waiting }) => isBehind || waiting.length > 0,
    );
    if (this.#isOrdered && isAtEnd && this.#horizon > this.#token.place.lsn)
      this.#token = { ...this.#token, branchId: 0, place: afterCommit(this.#horizon) };
    return { events: [], isAtEnd: isAtEnd || this.#first() === undefined, isOver: false };
  }

  arrival(signal: AbortSignal): Promise<void> {
    return this.#watch.wait(this.#seen, signal);
  }

  close(): void {
    this.#watch.close();
    for (const { source } of this.#members.values()) source.close();
    this.#members.clear();
  }

  get #isOrdered(): boolean {
    return this.parts.store.supports.totalOrder === true;
  }

  /** Reads until every branch has an event waiting, or has told everything. */
  async #fill(): Promise<void> {
    const isIdle = [...this.#members.values()].every(
      ({ isBehind, waiting }) => !isBehind && waiting.length === 0,
    );
    if (isIdle || this.#first() === undefined) await this.#look();
    for (const member of this.#members.values()) {
      while (member.isBehind && member.waiting.length === 0) {
        const { events, isAtEnd } = await member.source.next();
        member.waiting.push(...events);
        if (isAtEnd) member.isBehind = false;
      }
    }
  }

  /** Learns which branches have moved, and of new ones. */
  async #look(): Promise<void> {
    this.#seen = this.#watch.version;
    const moved = this.#watch.take();
    if (this.#isOrdered) this.#horizon = await this.parts.store.lastLsn();
    const isAny = moved.has(0);
    const isUnknown = [...moved].some((id) => id !== 0 && !this.#members.has(id));
    if (isAny || isUnknown) await this.#discover();
    for (const member of this.#members.values())
      if (isAny || moved.has(member.branchId)) member.isBehind = true;
  }

  async #discover(): Promise<void> {
    const { store } = this.parts;
    const there = new Set<number>();
    for (const project of await store.projects()) {
      for (const branch of await store.branches(project.id)) {
        there.add(branch.id);
        if (this.#members.has(branch.id) || STAGING.test(branch.name)) continue;
        this.#members.set(branch.id, await this.#join(project, branch));
      }
    }
    // Of a branch that is gone, its end is still to be told.
    for (const member of this.#members.values()) if (!there.has(member.branchId)) await this.#part(member);
  }

  async #part(member: Member): Promise<void> {
    const { lsn } = await this.parts.store.head(member.branchId);
    if (member.source.lsn < lsn || member.waiting.length > 0) member.isBehind = true;
    else {
      member.source.close();
      this.#members.delete(member.branchId);
    }
  }

  async #join(project: ProjectRecord, branch: BranchRecord): Promise<Member> {
    const name = branch.name === DEFAULT_BRANCH ? {} : { branch: branch.name };
    const context = {
      ...this.parts,
      branchId: branch.id,
      scope: { kind: 'cluster' as const },
      options: this.options,
      database: formatAddress({ project: project.name, ...name }),
    };
    const start = await this.#startOn(branch);
    if (!this.#isOrdered) {
      const { lsn } = start.place;
      const last = await this.parts.store.commitAtOrBefore(branch.id, { lsn });
      this.#reached.set(branch.id, { lsn, time: last?.timestamp ?? branch.createdAt });
    }
    const source = new BranchSource(context, start, undefined);
    return { branchId: branch.id, source, waiting: [], isBehind: true };
  }

  /** A branch's own commits only: those of its parents are told under their names. */
  async #startOn(branch: BranchRecord) {
    const { store } = this.parts;
    const { clusterTime } = this.#token;
    const own = (place: Place) => (place.lsn > branch.startLsn ? place : afterCommit(branch.startLsn));
    // A branch that came into being while the stream was open is told of from its beginning.
    if (this.#isOpen) return { place: own(afterCommit(0)), clusterTime };
    const { resume, startAtOperationTime } = this.options;
    const token = resume?.token;
    if (token === undefined) {
      const start = await startOf(this.parts, branch, { kind: 'cluster' }, this.options);
      if (startAtOperationTime === undefined && this.#isOrdered)
        return { ...start, place: own(afterCommit(this.#token.place.lsn)) };
      return { ...start, place: own(start.place) };
    }
    const place = await this.#resumedOn(store, branch, token);
    await checkRetained(store, branch, Math.max(place.lsn, branch.startLsn));
    return { place: own(place), clusterTime };
  }

  async #resumedOn(store: Store, branch: BranchRecord, token: ResumeToken): Promise<Place> {
    const { place, reached } = token;
    if (token.branchId === branch.id && !isWhole(place)) return place;
    if (reached === undefined) return afterCommit(place.lsn);
    const lsn = reached.branches.get(branch.id);
    if (lsn !== undefined) return afterCommit(lsn);
    const before = await store.commitAtOrBefore(branch.id, { timestamp: reached.floor });
    return afterCommit(before?.lsn ?? 0);
  }

  /** The member whose event comes first; undefined while others may come before all of them. */
  #first(): Member | undefined {
    let first: Member | undefined;
    for (const member of this.#members.values()) {
      const isBegun =
        member.branchId === this.#told?.branchId && member.waiting[0]?.event.place.lsn === this.#told.lsn;
      if (isBegun) return member;
      if (member.waiting.length > 0 && (first === undefined || this.#isSooner(member, first))) first = member;
    }
    const lsn = first?.waiting[0]!.event.place.lsn ?? 0;
    return this.#isOrdered && lsn > this.#horizon ? undefined : first;
  }

  #isSooner(a: Member, b: Member): boolean {
    const [one, other] = [a.waiting[0]!.event, b.waiting[0]!.event];
    if (!this.#isOrdered && one.wallTime !== other.wallTime) return one.wallTime < other.wallTime;
    return one.place.lsn < other.place.lsn;
  }

  #tell(member: Member): Told {
    const { event, token } = member.waiting.shift()!;
    const { branchId } = member;
    const { lsn } = event.place;
    this.#told = { branchId, lsn };
    if (!this.#isOrdered) this.#reached.set(branchId, { lsn, time: event.wallTime });
    const isOlder = isBefore(token.clusterTime, this.#token.clusterTime);
    this.#token = isOlder ? { ...token, clusterTime: this.#token.clusterTime } : token;
    return { event, token: this.token };
  }

  /** How far the stream has come on branches that had commits lately; the others are known by the time alone. */
  #reachedNow(): Reached {
    const floor = Math.max(0, Date.now() - LATEST);
    for (const [id, { time }] of this.#reached) if (time <= floor) this.#reached.delete(id);
    return { floor, branches: new Map([...this.#reached].map(([id, { lsn }]) => [id, lsn])) };
  }
}
