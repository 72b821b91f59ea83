import { encodeDocument, type Doc } from '@argon/bson';
import type { RecordRef } from '@argon/materializer';
import { Pacer } from '@argon/wal';
import type { Matcher } from '../match/compile';
import type { MatchNode } from '../match/node';
import type { CollectionView } from '../view/collection-view';
import type { AccessPath } from './access-path';
import { indexEntries, type FoundEntry } from './access/index-records';
import { isCovered } from './access/index-access';

/** Records that match, with their documents, index by index. */
export interface Selection {
  readonly refs: RecordRef[];
  readonly documents: Uint8Array[];
}

/** What of a batch matches, up to a document that the filter cannot be asked of. */
interface MaybeFailed extends Selection {
  readonly failure?: { readonly error: unknown };
}

/** What a run looked at, for explain. */
export interface Examined {
  documents: number;
  keys: number;
  seeks: number;
  /** Records that the index gave, or that were looked at without one. */
  found: number;
}

export function nothingExamined(): Examined {
  return { documents: 0, keys: 0, seeks: 0, found: 0 };
}

/** The key of the index that a record was found by, as a document; of these very references. */
export type ShownKeys = WeakMap<RecordRef, Doc>;

export interface SelectOptions {
  /** Called once a batch; may throw to stop. */
  check(): void;
  readonly examined?: Examined | undefined;
  /** How many records will be taken; 0: all. An index is then read in small pieces. */
  readonly wanted?: number;
  /** How many of the first records an index gives are passed over, where nothing is asked of their documents. */
  readonly skip?: number;
  /** Where the keys of the index that records were found by are to be noted. */
  readonly keys?: ShownKeys | undefined;
  /** Empty documents may stand for those that nothing is asked of. */
  readonly onlyNumber?: boolean;
}

/** How long reading may keep the event loop to itself, ms. */
const STINT = 15;

/** Runs an access path and the filter on what it finds. */
export async function* select(
  view: CollectionView,
  matcher: Matcher,
  path: AccessPath,
  options: SelectOptions,
): AsyncGenerator<Selection> {
  const { check, keys, examined = nothingExamined() } = options;
  switch (path.kind) {
    case 'EOF':
      return;
    case 'IDHACK': {
      examined.keys++;
      const found = view.byId(path.id);
      const record = found instanceof Promise ? await found : found;
      if (record === undefined) return;
      examined.documents++;
      examined.found++;
      if (matcher.matches(record.bytes)) {
        yield { refs: [{ record: record.record, lsn: record.lsn }], documents: [record.bytes] };
      }
      return;
    }
    case 'COLLSCAN':
      if (options.onlyNumber === true && matcher.always) {
        yield* placeholders(view.count);
        return;
      }
      for await (const batch of view.scan({ reverse: path.reverse })) {
        check();
        examined.documents += batch.refs.length;
        examined.found += batch.refs.length;
        const selection = matching(matcher.always ? undefined : matcher.root, batch.refs, batch.documents);
        yield* withFailure(selection);
      }
      return;
    default: {
      const pacer = new Pacer(STINT);
      let toSkip = options.skip ?? 0;
      for await (const found of indexEntries(view, path, options.wanted ?? 0, examined, keys !== undefined)) {
        check();
        examined.found += found.length;
        const entries = toSkip === 0 ? found : found.slice(toSkip);
        toSkip = Math.max(0, toSkip - found.length);
        if (entries.length === 0) continue;
        if (options.onlyNumber === true && path.residual === undefined) {
          yield* placeholders(entries.length);
          continue;
        }
        if (isCovered(path)) {
          // Which version of a record that is is not known, and nobody asks.
          const refs = entries.map(({ record }) => ({ record, lsn: 0 }));
          noteKeys(keys, entries, refs);
          yield { refs, documents: entries.map(({ document }) => document!) };
          continue;
        }
        const records = entries.map(({ record }) => record);
        const located = view.refs(records);
        const refs = located instanceof Promise ? await located : located;
        noteKeys(keys, entries, refs);
        const selection = await fetched(view, path.residual, refs);
        examined.documents += records.length;
        yield* withFailure(selection);
        if (pacer.due) await pacer.giveWay();
      }
    }
  }
}

const EMPTY = encodeDocument({});
const NO_RECORD: RecordRef = { record: 0, lsn: 0 };
const BATCH = 1_024;

/** So many records of which nothing is known. */
function* placeholders(count: number): Generator<Selection> {
  for (let left = count; left > 0; left -= BATCH) {
    const length = Math.min(left, BATCH);
    yield {
      refs: new Array<RecordRef>(length).fill(NO_RECORD),
      documents: new Array<Uint8Array>(length).fill(EMPTY),
    };
  }
}

function noteKeys(
  keys: ShownKeys | undefined,
  entries: readonly FoundEntry[],
  refs: readonly RecordRef[],
): void {
  if (keys === undefined) return;
  for (const [i, { shownKey }] of entries.entries()) if (shownKey !== undefined) keys.set(refs[i]!, shownKey);
}

async function fetched(
  view: CollectionView,
  residual: MatchNode | undefined,
  refs: readonly RecordRef[],
): Promise<Selection> {
  const loaded = view.loadAll(refs);
  return matching(residual, refs, loaded instanceof Promise ? await loaded : loaded);
}

function matching(
  filter: MatchNode | undefined,
  refs: readonly RecordRef[],
  documents: readonly Uint8Array[],
): MaybeFailed {
  if (filter === undefined) return { refs: [...refs], documents: [...documents] };
  const selection: Selection = { refs: [], documents: [] };
  try {
    for (let i = 0; i < documents.length; i++) {
      const document = documents[i]!;
      if (filter.raw(document, 0)) {
        selection.refs.push(refs[i]!);
        selection.documents.push(document);
      }
    }
  } catch (error) {
    return { ...selection, failure: { error } };
  }
  return selection;
}

/** Those before the document that a filter failed on go on first: who asked may have enough with them. */
function* withFailure(selection: MaybeFailed): Generator<Selection> {
  if (selection.refs.length > 0) yield selection;
  if (selection.failure !== undefined) throw selection.failure.error;
}
