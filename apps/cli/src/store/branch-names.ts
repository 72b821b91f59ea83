import type { Store } from '@argon/wal';

/** What branches are called, by id: those of deleted projects and branches too. */
export class BranchNames {
  readonly #names = new Map<number, string>();
  #projects: Promise<ReadonlyMap<number, string>> | undefined;

  constructor(private readonly store: Store) {}

  /** `shop~main`; the id in text if there is no such branch. */
  async of(branchId: number): Promise<string> {
    const known = this.#names.get(branchId);
    if (known !== undefined) return known;
    const branch = await this.store.branchById(branchId);
    const name =
      branch === undefined
        ? `branch ${branchId}`
        : `${(await this.#projectNames()).get(branch.projectId) ?? `project ${branch.projectId}`}~${branch.name}`;
    this.#names.set(branchId, name);
    return name;
  }

  #projectNames(): Promise<ReadonlyMap<number, string>> {
    this.#projects ??= (async () =>
      new Map((await this.store.projects()).map(({ id, name }) => [id, name])))();
    return this.#projects;
  }
}
