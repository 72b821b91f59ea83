import { idKey } from '@argon/bson';
import { formatAddress, type WalEngine } from '@argon/engine';
import type { BranchState } from '@argon/materializer';
import { holderOf, isDocumentOperation, type Actor, type Lsn } from '@argon/wal';
import { Places, type FoundPlace, type Place } from '../place/places';
import { commit, look } from '../steps/branch-commit';
import { blameFields } from './blame';
import { changesAfter, changesOf } from './changes';
import type {
  BlamedField,
  BlameRequest,
  ChangesRequest,
  DeletedRequest,
  FollowRequest,
  LostDocument,
  RecoverReport,
  RecoverRequest,
  VersionsRequest,
} from './contract';
import { DocumentNotFoundError } from './errors';
import { LoggedChange } from './logged-change';
import { idOf, matching } from './matching';
import { LostDocuments } from './lost-documents';
import { Recovery } from './recovery';
import { VersionReader } from './version-reader';
import { EarlierLives, versionsOfRecord } from './versions';

/**
 * Who changed what, and when: the log of what a branch shows, the versions of a document, who gave its fields their
 * values, and documents that are gone. Reads backwards from the place that is asked for, as far as somebody listens.
 */
export class HistoryService {
  readonly #engine: WalEngine;
  readonly #places: Places;
  readonly #reader: VersionReader;

  constructor(engine: WalEngine) {
    this.#engine = engine;
    this.#places = new Places(engine.store, engine.materializer);
    this.#reader = new VersionReader(engine.store);
  }

  /**
   * Changes that led to what a place shows, newest first, in batches: its branch's own and its ancestors'. With the
   * collection and the `_id` of one document it costs what that has versions, else what of the log is read.
   * @throws ProjectNotFoundError, BranchNotFoundError, LsnOutOfRangeError, MomentOutOfRangeError, LsnBelowHorizonError;
   *   CommandError for a filter that mongod would refuse
   */
  async *changes(request: ChangesRequest): AsyncGenerator<readonly LoggedChange[]> {
    if (request.filter === undefined) yield* this.#changes(request);
    else yield* matching(this.#changes({ ...request, ...idOf(request) }), request.filter);
  }

  async *#changes(request: ChangesRequest): AsyncGenerator<readonly LoggedChange[]> {
    const { collection, id, since, until, includeHidden } = request;
    if (collection !== undefined && id !== undefined && includeHidden !== true) {
      yield* filtered(this.versions({ ...request, collection, id }), request);
      return;
    }
    const found = await this.#places.find(request);
    const lsn = await this.#lsnOf(found);
    const options = { lsn, since, until, includeHidden };
    yield* changesOf(this.#engine.store, this.#reader, found.branch.id, options, request);
  }

  /**
   * Changes as they come, from any process, oldest first, until the signal aborts or the store is closed.
   * @throws ProjectNotFoundError, BranchNotFoundError
   */
  async *follow(
    { project, name, ...request }: FollowRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly LoggedChange[]> {
    const { branch } = await this.#places.branch(project, name);
    yield* changesAfter(this.#engine.store, this.#reader, branch.id, request, signal);
  }

  /**
   * The history of one document, newest first, in batches: its versions, its deletions (or that of its collection), and
   * what it was before those.
   * @throws as `changes`
   */
  async *versions(request: VersionsRequest): AsyncGenerator<readonly LoggedChange[]> {
    const { limit = Infinity } = request;
    let left = limit;
    if (left <= 0) return;
    for await (const batch of this.#allVersions(request)) {
      yield batch.length > left ? batch.slice(0, left) : batch;
      left -= batch.length;
      if (left <= 0) return;
    }
  }

  /**
   * Which versions gave a document's fields their values, field by field in the document's order: every value that holds
   * no others. Reads versions only as far back as it takes.
   * @throws DocumentNotFoundError; as `changes`
   */
  async blame(request: BlameRequest): Promise<readonly BlamedField[]> {
    const { collection, id } = request;
    const found = await this.#places.find(request);
    const state = await this.#documentState(found, request);
    const ref = await state.collections.get(collection)?.byId(idKey(id));
    if (ref === undefined) {
      const { project, branch } = found;
      const where = formatAddress({ project: project.name, branch: branch.name });
      throw new DocumentNotFoundError(collection, id, where);
    }
    return blameFields(versionsOfRecord(this.#reader, chainOf(state, ref.lsn), ref.lsn));
  }

  /**
   * Documents that a place's branch showed and the place does not show, newest loss first, in batches. What resets hid
   * is not lost: see the branch's history.
   * @throws as `changes`
   */
  async *deleted(request: DeletedRequest): AsyncGenerator<readonly LostDocument[]> {
    const { store, materializer } = this.#engine;
    const state = await this.#places.state(request);
    yield* new LostDocuments(store, materializer, this.#reader, state).find(request);
  }

  /** What `recover` would do. @throws as `recover` */
  async previewRecovery(request: RecoverRequest): Promise<RecoverReport> {
    return look(await this.#recovery(request));
  }

  /**
   * Inserts the last versions of deleted documents again, all of them in one commit or none. Those that are there are
   * left alone.
   * @throws ViolationError if the branch's validators or unique indexes do not allow it; ProjectNotFoundError,
   *   BranchNotFoundError; CommandError for a filter that mongod would refuse
   */
  async recover(request: RecoverRequest, actor: Actor): Promise<RecoverReport> {
    return commit(await this.#recovery(request), actor);
  }

  async #recovery(request: RecoverRequest): Promise<Recovery> {
    const found = await this.#places.branch(request.project, request.branch);
    return new Recovery(this.#engine, this.#reader, request, found);
  }

  async *#allVersions(request: VersionsRequest): AsyncGenerator<readonly LoggedChange[]> {
    const { collection, id, onlyLastLife = false } = request;
    const found = await this.#places.find(request);
    const state = await this.#documentState(found, request);
    const ref = await state.collections.get(collection)?.byId(idKey(id));
    let from = { lsn: await this.#lsnOf(found), below: Infinity, collection };
    if (ref !== undefined) {
      const chain = chainOf(state, ref.lsn);
      let oldest: LoggedChange | undefined;
      for await (const batch of versionsOfRecord(this.#reader, chain, ref.lsn)) {
        yield batch;
        oldest = batch.at(-1);
      }
      if (onlyLastLife || oldest?.operation !== 'insert') return;
      from = below(oldest);
    }
    const lives = new EarlierLives(this.#engine.store, found.branch.id, id);
    for (;;) {
      const sign = await lives.last(from.lsn, from.below, from.collection);
      if (sign === undefined) return;
      const { entry, lostBy } = sign;
      if (lostBy !== undefined) yield [new LoggedChange(lostBy, undefined, false)];
      let oldest: LoggedChange | undefined;
      for await (const batch of versionsOfRecord(this.#reader, entry.branchId, entry.lsn)) {
        yield batch;
        oldest = batch.at(-1);
      }
      if (onlyLastLife || oldest?.operation !== 'insert') return;
      from = below(oldest);
    }
  }

  /** A state that shows at least the document that is asked for. */
  async #documentState({ branch, lsn }: FoundPlace, { collection, id }: BlameRequest): Promise<BranchState> {
    const { materializer } = this.#engine;
    return lsn === undefined
      ? materializer.current(branch.id)
      : materializer.documentStateAt(branch.id, lsn, collection, idKey(id));
  }

  /** The commit boundary that a place means, on whatever chain it lies. */
  async #lsnOf({ branch, lsn }: FoundPlace): Promise<Lsn> {
    const { store, materializer } = this.#engine;
    if (lsn === undefined) return (await store.head(branch.id)).lsn;
    const holder = await holderOf(branch, lsn, (id) => store.branchById(id));
    return materializer.boundaryAt(holder.id, lsn);
  }
}

/** On whose chain a version lies that a state shows. */
function chainOf(state: BranchState, lsn: Lsn): number {
  return state.timeline.branchOf(lsn) ?? state.branchId;
}

/** What lies before a version. */
function below({ commitLsn, lsn, collection }: LoggedChange): { lsn: Lsn; below: Lsn; collection: string } {
  return { lsn: commitLsn, below: lsn, collection };
}

/** Of a document's versions those that a request asks for. */
async function* filtered(
  versions: AsyncIterable<readonly LoggedChange[]>,
  { actor, since = -Infinity, until = Infinity }: ChangesRequest & Place,
): AsyncGenerator<readonly LoggedChange[]> {
  for await (const batch of versions) {
    const wanted = batch.filter(
      (change) =>
        isDocumentOperation(change.operation) &&
        change.timestamp >= since &&
        change.timestamp <= until &&
        (actor === undefined || change.actor.user === actor || change.actor.app === actor),
    );
    if (wanted.length > 0) yield wanted;
    if (batch.at(-1)!.timestamp < since) return;
  }
}
