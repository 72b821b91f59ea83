import type { Collection, Document } from 'mongodb';
import type { LegacyDatabase } from '../connection/legacy-database';
import { LegacyProjectsError } from '../errors';
import { Prefixes } from '../names/prefixes';
import { legacyBranch, type LegacyBranch } from './branch-records';

/** What the legacy database knows of its branches, at one moment. */
export interface Known {
  /** The project's branches, by name. */
  readonly branches: ReadonlyMap<string, LegacyBranch>;
  /** Prefixes of all branches, other projects' and those that are being made or deleted included. */
  readonly prefixes: Prefixes;
  /** What records of the project's branches have as `project_id`; undefined while there is none. */
  readonly projectId: unknown;
}

/** A branch that is being made or deleted: its prefix is taken, and nobody else may use it. */
export interface Claim extends Document {
  /** The branch's name: two processes cannot claim one. */
  readonly _id: string;
  readonly what: 'create' | 'delete';
  /** Whose claim it is. */
  readonly by: string;
  readonly since: Date;
  /** When its process was last known to be alive. */
  readonly seen: Date;
}

export interface BranchDirectoryOptions {
  /** For how long what was read of the metadata may be used, ms. Default 1,000. */
  readonly refreshMs?: number;
}

/** Reads the collections `branches` and `projects` as they are, and `argon_claims`, which is Argon's own. */
export class BranchDirectory {
  /** For how long what was read may be used, ms. */
  readonly refreshMs: number;
  #known: Promise<Known> | undefined;
  #readAt = -Infinity;
  #reading = false;

  constructor(
    readonly database: LegacyDatabase,
    /** The project whose branches these are. */
    readonly project: string,
    options: BranchDirectoryOptions = {},
  ) {
    this.refreshMs = options.refreshMs ?? 1000;
  }

  get records(): Collection<Document> {
    return this.database.db.collection('branches');
  }

  get claims(): Collection<Claim> {
    return this.database.db.collection('argon_claims');
  }

  /** What is known, as of `refreshMs` ago at most. @throws LegacyProjectsError, the driver's errors */
  known(): Promise<Known> {
    const age = performance.now() - this.#readAt;
    if (this.#known === undefined || age > this.refreshMs) return this.refresh();
    const known = this.#known;
    // Half-way on it is read again beside the work, so that of many commands hardly any waits.
    if (age > this.refreshMs / 2 && !this.#reading) this.renew();
    return known;
  }

  /** The live record of this name, as it is now, whichever project's it is: they share the prefix. */
  async find(name: string): Promise<LegacyBranch | undefined> {
    const documents = await this.records.find({ name }).toArray();
    return documents.map(legacyBranch).find((branch) => branch !== undefined);
  }

  /** What is known now. */
  refresh(): Promise<Known> {
    const reading = this.read();
    this.#known = reading;
    this.#readAt = performance.now();
    reading.catch(() => {
      if (this.#known === reading) this.#known = undefined;
    });
    return reading;
  }

  private renew(): void {
    this.#reading = true;
    const before = this.#known;
    const started = performance.now();
    this.read()
      .then((known) => {
        if (this.#known !== before) return;
        this.#known = Promise.resolve(known);
        this.#readAt = started;
      })
      // What was known is still good for a while; then whoever asks hears of it.
      .catch(() => undefined)
      .finally(() => (this.#reading = false));
  }

  private async read(): Promise<Known> {
    const { db } = this.database;
    // Claims first: a branch that is finished between the two is then seen in both.
    const claims = await this.claims.find({}).toArray();
    const [documents, projects] = await Promise.all([
      this.records.find({}).sort({ created_at: 1, _id: 1 }).toArray(),
      db.collection('projects').find({ name: this.project }).toArray(),
    ]);
    const all = documents.map(legacyBranch).filter((branch) => branch !== undefined);
    const ids = new Set([this.project, ...projects.map((project) => idText(project._id))]);
    const own = this.ownOf(all, ids);
    const branches = new Map<string, LegacyBranch>();
    for (const branch of own) if (!branches.has(branch.name)) branches.set(branch.name, branch);
    const names = [...all.map((branch) => branch.name), ...claims.map((claim) => claim._id)];
    const projectId = own.find((branch) => branch.projectId !== undefined)?.projectId ?? projects[0]?._id;
    return { branches, prefixes: new Prefixes(names), projectId };
  }

  /** @throws LegacyProjectsError */
  private ownOf(all: readonly LegacyBranch[], ids: ReadonlySet<string>): readonly LegacyBranch[] {
    const others = new Set<string>();
    const own: LegacyBranch[] = [];
    for (const branch of all) {
      if (branch.projectId === undefined || ids.has(idText(branch.projectId))) own.push(branch);
      else others.add(idText(branch.projectId));
    }
    if (own.some((branch) => branch.projectId !== undefined) || others.size === 0) {
      this.refuseShared(own, all);
      return own;
    }
    // Nothing says which of them is meant, but there is only one.
    if (others.size === 1) return all;
    throw new LegacyProjectsError(this.project, this.database.location, [...others]);
  }

  /** Two projects' branches of one name would share their collections. */
  private refuseShared(own: readonly LegacyBranch[], all: readonly LegacyBranch[]): void {
    const mine = new Set(own.map((branch) => branch.name));
    const shared = all.find((branch) => !own.includes(branch) && mine.has(branch.name));
    if (shared === undefined) return;
    throw new LegacyProjectsError(
      this.project,
      this.database.location,
      [idText(shared.projectId)],
      shared.name,
    );
  }
}

function idText(id: unknown): string {
  return String(id);
}
