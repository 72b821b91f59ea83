import { Long } from 'mongodb';
import type { Lsn } from '../../../entry/entry';
import type { BranchRecord, LiveBranch, ProjectRecord } from '../../../refs/records';
import type { Collections } from '../collections';
import type { ChainEnds } from '../log/heads';
import { FreshAnswers } from './fresh-answers';
import { branchOf, projectOf, type StoredBranch } from './shape';

/** A record, and the newest entry about the branch that it has in it. */
interface Remembered {
  readonly branch: BranchRecord;
  readonly refLsn: number;
}

/** Names of this many projects and branches are remembered. */
const REMEMBERED = 10_000;

/**
 * Finds project and branch records: one query per question, shared by those who ask the same at the same time.
 *
 * What was found is remembered as well, see `known`. A live name stands for one branch until an entry about that
 * branch (rename, deletion, its project's deletion) is appended to the branch's own chain, and every sealing record of
 * a chain names the newest such entry. So the look at the branch's head that must precede a read anyway tells whether
 * what is remembered still holds.
 */
export class RefLookup {
  readonly #collections: Collections;
  readonly #ends: ChainEnds;
  readonly #answers = new FreshAnswers();
  readonly #projects = new Map<string, ProjectRecord>();
  readonly #branches = new Map<string, Remembered>();
  readonly #byId = new Map<number, Remembered>();

  constructor(collections: Collections, ends: ChainEnds) {
    this.#collections = collections;
    this.#ends = ends;
  }

  async projects(): Promise<readonly ProjectRecord[]> {
    const stored = await this.#collections.projects.find({ status: 'active' }).toArray();
    return stored.map(projectOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  project(name: string): Promise<ProjectRecord | undefined> {
    return this.#answers.ask(`project ${name}`, async () => {
      const stored = await this.#collections.projects.findOne({ name, status: 'active' });
      if (stored === null) {
        this.#projects.delete(name);
        return undefined;
      }
      const project = projectOf(stored);
      this.learnProject(project);
      return project;
    });
  }

  async branches(
    projectId: number,
    status: BranchRecord['status'] = 'active',
  ): Promise<readonly BranchRecord[]> {
    const filter = { project_id: Long.fromNumber(projectId), status };
    const stored = await this.#collections.branches.find(filter, { sort: { _id: 1 } }).toArray();
    return stored.map((branch) => this.#branchOf(branch));
  }

  branch(projectId: number, name: string): Promise<BranchRecord | undefined> {
    const key = keyOf(projectId, name);
    return this.#answers.ask(`branch ${key}`, async () => {
      const filter = { project_id: Long.fromNumber(projectId), name, status: 'active' } as const;
      const stored = await this.#collections.branches.findOne(filter);
      if (stored === null) {
        this.#branches.delete(key);
        return undefined;
      }
      const branch = this.#branchOf(stored);
      this.learn(branch, Number(stored.ref_lsn));
      return branch;
    });
  }

  /** The greatest id of any branch, which is the LSN of its birth; 0 if there is none. */
  async lastId(): Promise<Lsn> {
    const last = await this.#collections.branches.findOne({}, { projection: { _id: 1 }, sort: { _id: -1 } });
    return last === null ? 0 : Number(last._id);
  }

  branchById(id: number): Promise<BranchRecord | undefined> {
    return this.#answers.ask(`branch ${id}`, async () => {
      const stored = await this.#collections.branches.findOne({ _id: Long.fromNumber(id) });
      return stored === null ? undefined : this.#branchOf(stored);
    });
  }

  /**
   * The live branch of this name without asking the server: true as of the newest `head()` of that branch, so ask
   * `head()` and then this again; undefined if it is not remembered or not true any more.
   */
  known(projectName: string, branchName: string): LiveBranch | undefined {
    const project = this.#projects.get(projectName);
    if (project === undefined) return undefined;
    const found = this.#branches.get(keyOf(project.id, branchName));
    return found !== undefined && this.#holds(found) ? { project, branch: found.branch } : undefined;
  }

  /** As `known`, by id. */
  knownById(id: number): BranchRecord | undefined {
    const found = this.#byId.get(id);
    return found !== undefined && this.#holds(found) ? found.branch : undefined;
  }

  /** Remembers a live branch as it is after the entry about it at `refLsn`. */
  learn(branch: BranchRecord, refLsn: number): void {
    const remembered = { branch, refLsn };
    remember(this.#branches, keyOf(branch.projectId, branch.name), remembered);
    remember(this.#byId, branch.id, remembered);
  }

  /** Remembers a live project. */
  learnProject(project: ProjectRecord): void {
    remember(this.#projects, project.name, project);
  }

  #holds({ branch, refLsn }: Remembered): boolean {
    const end = this.#ends.known(branch.id);
    return end !== undefined && !end.closed && end.refLsn === refLsn;
  }

  #branchOf(stored: StoredBranch): BranchRecord {
    const branch = branchOf(stored);
    const end = this.#ends.known(branch.id);
    return end !== undefined && end.lsn > branch.headLsn ? { ...branch, headLsn: end.lsn } : branch;
  }
}

function keyOf(projectId: number, name: string): string {
  return `${projectId}/${name}`;
}

function remember<K, T>(map: Map<K, T>, key: K, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > REMEMBERED) map.delete(map.keys().next().value!);
}
