import { idKey } from '@argon/bson';
import { isDocumentOperation, type Entry, type Lsn, type Store } from '@argon/wal';
import { NameTrail, renamedTo } from './collection-names';
import type { ChangesRequest } from './contract';
import { entriesBackwards, type PastOptions } from './entries-backwards';
import { LoggedChange } from './logged-change';
import type { VersionReader } from './version-reader';

/** Changes whose earlier versions are read together. */
const BATCH = 64;

/** What was found is told after this many entries at the latest, however little it is. */
export const PATIENCE = 2048;

/** What is asked of changes, without where they are. */
export type ChangeFilter = Pick<ChangesRequest, 'collection' | 'id' | 'actor'>;

/** Says which entries are wanted, as they come by newest first. */
class WantedEntries {
  readonly #trail: NameTrail | undefined;
  readonly #key: string | undefined;

  constructor(private readonly filter: ChangeFilter) {
    this.#trail = filter.collection === undefined ? undefined : new NameTrail(filter.collection);
    this.#key = filter.id === undefined ? undefined : idKey(filter.id);
  }

  /** @param hidden a reset hid it: then it says nothing of what collections were called before */
  wants(entry: Entry, hidden: boolean): boolean {
    const { actor } = this.filter;
    const trail = this.#trail;
    // First, since the trail must see them all.
    if (trail !== undefined && !(hidden ? entry.collection === trail.name : trail.sees(entry))) return false;
    if (actor !== undefined && entry.actor.user !== actor && entry.actor.app !== actor) return false;
    return (
      this.#key === undefined ||
      (isDocumentOperation(entry.operation) && idKey(entry.documentId) === this.#key)
    );
  }
}

/** Changes that led to what a branch shows, newest first, in batches. Memory holds a window of the log and a batch. */
export async function* changesOf(
  store: Store,
  reader: VersionReader,
  branchId: number,
  options: PastOptions,
  filter: ChangeFilter,
): AsyncGenerator<readonly LoggedChange[]> {
  const wanted = new WantedEntries(filter);
  let hidden = false;
  let waiting: Entry[] = [];
  // Few at first, so that whoever wants few does not wait for many.
  let size = 8;
  let passed = 0;
  for await (const past of entriesBackwards(store, branchId, options)) {
    if (waiting.length > 0 && (past.hidden !== hidden || passed > PATIENCE)) {
      yield await loaded(reader, waiting, hidden);
      waiting = [];
    }
    hidden = past.hidden;
    passed = waiting.length === 0 ? 0 : passed + past.entries.length;
    for (const entry of past.entries) {
      if (!wanted.wants(entry, hidden)) continue;
      waiting.push(entry);
      if (waiting.length < size) continue;
      yield await loaded(reader, waiting, hidden);
      waiting = [];
      size = BATCH;
    }
  }
  if (waiting.length > 0) yield await loaded(reader, waiting, hidden);
}

/** As `changesOf`, what comes after a commit of the branch's own chain, oldest first, until the signal aborts. */
export async function* changesAfter(
  store: Store,
  reader: VersionReader,
  branchId: number,
  { after, collection, ...filter }: ChangeFilter & { readonly after: Lsn },
  signal: AbortSignal,
): AsyncGenerator<readonly LoggedChange[]> {
  const wanted = new WantedEntries(filter);
  let name = collection;
  for await (const { entries } of store.follow(branchId, after, signal)) {
    const found: Entry[] = [];
    for (const entry of entries) {
      if (name !== undefined && entry.collection !== name) continue;
      if (name !== undefined && entry.operation === 'rename_collection') name = renamedTo(entry) ?? name;
      if (wanted.wants(entry, false)) found.push(entry);
    }
    for (let i = 0; i < found.length; i += BATCH)
      yield await loaded(reader, found.slice(i, i + BATCH), false);
  }
}

/** Entries with the versions that they replaced. */
export async function loaded(
  reader: VersionReader,
  entries: readonly Entry[],
  hidden: boolean,
): Promise<readonly LoggedChange[]> {
  const befores = new Array<Uint8Array | undefined>(entries.length).fill(undefined);
  const places = new Map<number, number[]>();
  for (const [i, { branchId, prevLsn }] of entries.entries()) {
    if (prevLsn === 0) continue;
    const known = places.get(branchId);
    if (known === undefined) places.set(branchId, [i]);
    else known.push(i);
  }
  for (const [branchId, indexes] of places) {
    const documents = await reader.documents(
      branchId,
      indexes.map((i) => entries[i]!.prevLsn),
    );
    for (const [n, i] of indexes.entries()) befores[i] = documents[n];
  }
  return entries.map((entry, i) => new LoggedChange(entry, befores[i], hidden));
}
