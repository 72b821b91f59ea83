import { documentId, encodeDocument } from '@argon/bson';
import type { BranchState, Materializer } from '@argon/materializer';
import {
  LsnBelowHorizonError,
  NOBODY,
  resetArgument,
  retentionOf,
  timelineAt,
  type BranchRecord,
  type Commit,
  type Entry,
  type Lsn,
  type Reset,
  type Store,
  type TimelineSegment,
} from '@argon/wal';
import { lsnOf } from '../place/chain';
import { Places } from '../place/places';
import { makeSteps } from '../steps/make-collection';
import { lookUp, type Watch } from '../steps/watch';
import {
  TRANSFER_VERSION,
  type ExportRequest,
  type TransferCommit,
  type TransferEntry,
  type TransferHeader,
} from './contract';
import { encodeCommit, encodeEnd, encodeHeader } from './encode';
import { TransferAdoptionError, TransferRangeError } from './errors';
import { partsOf } from './parts';

/** Documents of a base that are read at a time. */
const BATCH = 500;

/** What is exported, worked out before the first of it is read. */
interface Plan {
  readonly header: TransferHeader;
  readonly branch: BranchRecord;
  /** What there was at the beginning; undefined if that is nothing. */
  readonly base: BranchState | undefined;
  readonly segments: readonly TimelineSegment[];
}

/**
 * The log of a branch, as documents in batches: the header, then what its ancestors did that it shows, then its own
 * chain with its resets, then the end. Memory is bounded by the largest commit.
 * @throws ProjectNotFoundError, BranchNotFoundError, LsnBelowHorizonError, LsnOutOfRangeError, TransferRangeError; the
 *   signal's reason
 */
export async function* exportLog(
  store: Store,
  materializer: Materializer,
  request: ExportRequest,
  watch?: Watch,
): AsyncGenerator<readonly Uint8Array[]> {
  let documents = 0;
  for await (const batch of documentsOf(store, materializer, request, watch)) {
    documents += batch.length;
    yield batch;
  }
  yield [encodeEnd(documents)];
}

async function* documentsOf(
  store: Store,
  materializer: Materializer,
  request: ExportRequest,
  watch: Watch | undefined,
): AsyncGenerator<readonly Uint8Array[]> {
  const { header, branch, base, segments } = await planOf(store, materializer, request);
  yield [encodeHeader(header)];
  if (base !== undefined) yield* baseOf(materializer, base, watch);
  const adoptions = await adoptionsOf(store, branch);
  for (const { branchId, from, to } of segments) {
    for await (const batch of store.commits(branchId, { after: from, through: to })) {
      for (const commit of batch) {
        if (branchId === branch.id) yield* adoptedBy(store, commit, header.from);
        // What an ancestor adopted was never shown but as a whole, from the adoption on.
        const adoption = branchId === branch.id ? undefined : adoptions.get(branchId);
        const isPart = adoption !== undefined && commit.lsn < adoption.to;
        const shown = adoption === undefined || isPart ? commit : { ...commit, lsn: adoption.lsn };
        yield partsOf(transferred(shown, isPart ? 'base' : 'commit')).map(encodeCommit);
      }
      lookUp(
        watch,
        batch.reduce((sum, { entries }) => sum + entries.length, 0),
      );
    }
  }
}

async function planOf(store: Store, materializer: Materializer, request: ExportRequest): Promise<Plan> {
  const { branch } = await new Places(store, materializer).branch(request.project, request.branch);
  const { lsn: head } = await store.head(branch.id);
  const last =
    request.to === undefined
      ? head
      : (await materializer.stateAt(branch.id, await lsnOf(materializer, branch.id, request.to))).lsn;
  const base =
    request.from === undefined
      ? undefined
      : await materializer.stateAt(branch.id, await lsnOf(materializer, branch.id, request.from));
  const from = base?.lsn ?? 0;
  const segments = await segmentsOf(store, branch, from, last);
  await checkHorizons(store, segments, from);
  const header: TransferHeader = {
    version: TRANSFER_VERSION,
    project: request.project,
    branch: branch.name,
    from,
    to: last,
    startedAt: base?.timestamp ?? (await firstBranch(store, branch)).createdAt,
  };
  return { header, branch, base, segments };
}

/** Ancestors' chains as far as the branch shows them, then its own, with what resets hid. */
async function segmentsOf(
  store: Store,
  branch: BranchRecord,
  from: Lsn,
  to: Lsn,
): Promise<readonly TimelineSegment[]> {
  const above =
    branch.parentId === null
      ? []
      : (await timelineAt(branch.parentId, Math.min(branch.baseLsn, to), (id) => store.branchById(id)))
          .segments;
  if (from < Math.min(branch.startLsn, to)) checkVisible(above, from);
  const own = { branchId: branch.id, from: branch.startLsn, to };
  return [...above, own]
    .map((segment) => ({ ...segment, from: Math.max(segment.from, from) }))
    .filter((segment) => segment.from < segment.to);
}

/** What was shown at `from` must be where the rest goes on. @throws TransferRangeError */
function checkVisible(segments: readonly TimelineSegment[], from: Lsn): void {
  const before = segments.findLast((segment) => segment.from <= from);
  if (before === undefined || from <= before.to) return;
  throw new TransferRangeError(from, 'a reset has hidden it since', before.to);
}

/** Where history is compacted, not every commit is there any more. @throws LsnBelowHorizonError */
async function checkHorizons(store: Store, segments: readonly TimelineSegment[], from: Lsn): Promise<void> {
  for (const { branchId, from: start } of segments) {
    const record = (await store.branchById(branchId))!;
    const { horizon } = retentionOf(record);
    if (start < horizon) throw new LsnBelowHorizonError(branchId, from, { lsn: horizon });
  }
}

/** What the branch's ancestors adopted: by which reset, for each staging branch. */
async function adoptionsOf(store: Store, branch: BranchRecord): Promise<ReadonlyMap<number, Reset>> {
  const adoptions = new Map<number, Reset>();
  let record: BranchRecord | undefined = branch;
  while (record !== undefined) {
    for (const reset of record.resets) if (reset.branchId !== undefined) adoptions.set(reset.branchId, reset);
    record = record.parentId === null ? undefined : await store.branchById(record.parentId);
  }
  return adoptions;
}

async function firstBranch(store: Store, branch: BranchRecord): Promise<BranchRecord> {
  return (await store.branchById(branch.projectId + 1)) ?? branch;
}

/**
 * What a commit takes over from a staging branch, which went on from the commit before: as parts of what the commit did.
 * @throws TransferRangeError for a reset to before `from`, TransferAdoptionError
 */
async function* adoptedBy(
  store: Store,
  { after, lsn, entries }: Commit,
  from: Lsn,
): AsyncGenerator<readonly Uint8Array[]> {
  for (const entry of entries) {
    if (entry.operation !== 'reset_branch') continue;
    const { to = NaN, branchId } = resetArgument(entry);
    if (branchId !== undefined) {
      const adopted = await store.branchById(branchId);
      const isContinuation = adopted?.baseLsn === after && adopted.resets.length === 0 && to >= after;
      if (!isContinuation) throw new TransferAdoptionError(lsn, branchId);
      for await (const batch of store.commits(adopted.id, { after, through: to })) {
        for (const commit of batch) yield partsOf(transferred(commit, 'base')).map(encodeCommit);
      }
    } else if (to < from) {
      const why = `at LSN ${lsn} the branch was reset to LSN ${to}, which lies before that`;
      throw new TransferRangeError(from, why, to);
    }
  }
}

function transferred({ lsn, timestamp, entries }: Commit, kind: TransferCommit['kind']): TransferCommit {
  const { actor } = entries[0]!;
  return { lsn, timestamp, actor, kind, more: false, entries: entries.map(transferredEntry) };
}

function transferredEntry({ operation, collection, documentId, document }: Entry): TransferEntry {
  return { operation, collection, id: documentId, document };
}

/** What a state holds, as commits that make it. */
async function* baseOf(
  materializer: Materializer,
  state: BranchState,
  watch: Watch | undefined,
): AsyncGenerator<readonly Uint8Array[]> {
  const commit = (entries: readonly TransferEntry[]): readonly Uint8Array[] =>
    partsOf({
      lsn: state.lsn,
      timestamp: state.timestamp,
      actor: NOBODY,
      kind: 'base',
      more: false,
      entries,
    }).map((part) => encodeCommit({ ...part, more: false }));
  for (const { catalog } of state.collections.values()) {
    const made = makeSteps(catalog).map(({ operation, collection, argument }): TransferEntry => ({
      operation,
      collection,
      id: null,
      document: encodeDocument(argument),
    }));
    yield commit(made);
  }
  for (const [name, collection] of state.collections) {
    const scan = collection.scan({ batchSize: BATCH });
    for (let refs = await scan.next(); refs !== undefined; refs = await scan.next()) {
      const documents = await materializer.documents(
        state,
        refs.map(({ lsn }) => lsn),
      );
      if (documents.length === 0) continue;
      yield commit(
        documents.map((document): TransferEntry => ({
          operation: 'insert',
          collection: name,
          id: documentId(document) ?? null,
          document,
        })),
      );
      lookUp(watch, documents.length);
    }
  }
}
