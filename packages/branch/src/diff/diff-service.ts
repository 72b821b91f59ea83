import type { WalEngine } from '@argon/engine';
import type { BranchState } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import { CollectionsMissingError } from '../place/errors';
import { Places, type Place } from '../place/places';
import { pairCollections, type CollectionPair } from './catalog-differences';
import { CollectionDiff } from './collection-diff';
import { DiffProjectsError } from './errors';
import { patchLines } from './patch/write-patch';
import { statOf, type CollectionStat } from './stat';

export interface DiffRequest {
  readonly from: Place;
  /** Of the same project. */
  readonly to: Place;
  /** Only these, by the name that they have in either; default all. */
  readonly collections?: readonly string[] | undefined;
}

/** One of the two places that are compared, found. */
export interface DiffPoint {
  readonly project: string;
  /** The branch that the place is on. */
  readonly branch: string;
  readonly lsn: Lsn;
  /** When that commit was made, ms since the epoch. */
  readonly timestamp: number;
}

/** How two states differ. Nothing of documents is read before it is asked for. */
export interface Diff {
  readonly from: DiffPoint;
  readonly to: DiffPoint;
  /** Every collection that either of the two has, by name, those too that may turn out to be the same. */
  readonly collections: readonly CollectionDiff[];
}

/**
 * Differences between any two places of a project. Takes time for what differs, however much the same there is, and
 * memory for a batch.
 */
export class DiffService {
  readonly #engine: WalEngine;
  readonly #places: Places;

  constructor(engine: WalEngine) {
    this.#engine = engine;
    this.#places = new Places(engine.store, engine.materializer);
  }

  /**
   * @throws ProjectNotFoundError, BranchNotFoundError; LsnOutOfRangeError, MomentOutOfRangeError, LsnBelowHorizonError;
   *   DiffProjectsError, CollectionsMissingError
   */
  async diff(request: DiffRequest): Promise<Diff> {
    const { from, to, collections } = request;
    if (from.project !== to.project) throw new DiffProjectsError(from.project, to.project);
    const [old, now] = await Promise.all([this.#point(from), this.#point(to)]);
    const pairs = pairCollections(old.state, now.state).flatMap(ofOneType);
    const wanted = collections === undefined ? pairs : chosen(pairs, collections, request);
    const { materializer } = this.#engine;
    return {
      from: old.point,
      to: now.point,
      collections: wanted.map((pair) => new CollectionDiff(materializer, [old.state, now.state], pair)),
    };
  }

  /** What differs in numbers, for each collection where something does. @throws as diff */
  async *stat(request: DiffRequest): AsyncGenerator<CollectionStat> {
    for (const collection of (await this.diff(request)).collections) {
      const stat = await statOf(collection);
      if (stat !== undefined) yield stat;
    }
  }

  /** The difference as a patch, which `PatchService` applies: lines of text without their ends. @throws as diff */
  async *patch(request: DiffRequest): AsyncGenerator<string> {
    yield* patchLines(await this.diff(request));
  }

  async #point(place: Place): Promise<{ readonly point: DiffPoint; readonly state: BranchState }> {
    const found = await this.#places.find(place);
    const state = await this.#places.stateOf(found);
    const { lsn, timestamp } = state;
    return { point: { project: found.project.name, branch: found.branch.name, lsn, timestamp }, state };
  }
}

/** A view that a collection took the place of went, and the collection came. */
function ofOneType({ before, after }: CollectionPair): readonly CollectionPair[] {
  if (before === undefined || after === undefined || before.type === after.type) return [{ before, after }];
  return [
    { before, after: undefined },
    { before: undefined, after },
  ];
}

function chosen(
  pairs: readonly CollectionPair[],
  names: readonly string[],
  { from, to }: DiffRequest,
): readonly CollectionPair[] {
  const namesOf = ({ before, after }: CollectionPair) => [before?.name, after?.name];
  const known = new Set(pairs.flatMap(namesOf).filter((name) => name !== undefined));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length > 0) {
    throw new CollectionsMissingError(missing, `on '${from.name}' or '${to.name}'`, [...known]);
  }
  return pairs.filter((pair) => namesOf(pair).some((name) => name !== undefined && names.includes(name)));
}
