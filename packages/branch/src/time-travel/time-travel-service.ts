import type { Moment, WalEngine } from '@argon/engine';
import type { Lsn } from '@argon/wal';
import { CollectionsMissingError } from '../place/errors';
import { Places } from '../place/places';
import type { PastState } from './contract';
import { pastCollection } from './read-collection';

/** What branches showed at any moment: what a reset hid since is there as it was. */
export class TimeTravelService {
  readonly #engine: WalEngine;
  readonly #places: Places;

  constructor(engine: WalEngine) {
    this.#engine = engine;
    this.#places = new Places(engine.store, engine.materializer);
  }

  /**
   * The LSN of the last commit at or before a time (ms since the epoch): the head for any time after it, the parent's
   * before the branch's own first commit.
   * @throws ProjectNotFoundError, BranchNotFoundError; MomentOutOfRangeError before the project, LsnBelowHorizonError
   */
  async findLSNAtTime(project: string, branch: string, time: Date | number): Promise<Lsn> {
    const { branch: record } = await this.#places.branch(project, branch);
    return this.#engine.materializer.lsnAtTime(record.id, Number(time));
  }

  /**
   * What the branch (or a tag's) showed after the commit at or before an LSN.
   * @param collections those that are wanted (default all); their first documents are read at once, side by side
   * @throws as findLSNAtTime; LsnOutOfRangeError, CollectionsMissingError
   */
  async stateAtLSN(
    project: string,
    branch: string,
    lsn: Lsn,
    collections?: readonly string[],
  ): Promise<PastState> {
    return this.#stateAt(project, branch, { lsn }, collections);
  }

  /** As stateAtLSN, for a time. @throws as stateAtLSN */
  async stateAtTime(
    project: string,
    branch: string,
    time: Date | number,
    collections?: readonly string[],
  ): Promise<PastState> {
    return this.#stateAt(project, branch, { timestamp: Number(time) }, collections);
  }

  async #stateAt(
    project: string,
    name: string,
    at: Moment,
    wanted: readonly string[] | undefined,
  ): Promise<PastState> {
    const state = await this.#places.state({ project, name, at });
    const names = wanted ?? [...state.collections.keys()].sort();
    const missing = names.filter((each) => !state.collections.has(each));
    if (missing.length > 0) {
      throw new CollectionsMissingError(missing, `on '${name}' at LSN ${state.lsn}`, [
        ...state.collections.keys(),
      ]);
    }
    const begin = wanted !== undefined;
    const { materializer } = this.#engine;
    const read = names.map(
      (each) => [each, pastCollection(materializer, state, state.collections.get(each)!, begin)] as const,
    );
    return { lsn: state.lsn, timestamp: state.timestamp, collections: new Map(read) };
  }
}
