import type { Doc, Value } from '@argon/bson';
import type { RecordRef } from '@argon/materializer';
import type { Matcher } from '../match/compile';
import type { CollectionView } from '../view/collection-view';

/** How records are found: nothing to look at, one by `_id`, or all of them in natural order. */
export type AccessPath =
  | { readonly kind: 'EOF' }
  | { readonly kind: 'IDHACK'; readonly id: Value }
  | { readonly kind: 'COLLSCAN'; readonly reverse: boolean };

/** Records that match, with their documents, index by index. */
export interface Selection {
  readonly refs: RecordRef[];
  readonly documents: Uint8Array[];
}

/** What a run looked at, for explain. */
export interface Examined {
  documents: number;
  keys: number;
}

/** Picks the cheapest way that is certain to see every match. */
export function chooseAccessPath(
  view: CollectionView,
  matcher: Matcher,
  natural: 1 | -1 | undefined,
): AccessPath {
  if (view.collection === undefined) return { kind: 'EOF' };
  if (natural === undefined && matcher.idEquality !== undefined)
    return { kind: 'IDHACK', id: matcher.idEquality };
  return { kind: 'COLLSCAN', reverse: natural === -1 };
}

/** Runs an access path and the filter on what it finds. `check` is called once a batch and may throw to stop. */
export async function* select(
  view: CollectionView,
  matcher: Matcher,
  path: AccessPath,
  check: () => void,
  examined: Examined = { documents: 0, keys: 0 },
): AsyncGenerator<Selection> {
  if (path.kind === 'EOF') return;
  if (path.kind === 'IDHACK') {
    examined.keys++;
    const found = view.byId(path.id);
    const record = found instanceof Promise ? await found : found;
    if (record === undefined) return;
    examined.documents++;
    if (matcher.matches(record.bytes)) {
      yield { refs: [{ record: record.record, lsn: record.lsn }], documents: [record.bytes] };
    }
    return;
  }
  for await (const batch of view.scan({ reverse: path.reverse })) {
    check();
    examined.documents += batch.refs.length;
    if (matcher.always) {
      yield { refs: [...batch.refs], documents: [...batch.documents] };
      continue;
    }
    const selection: Selection = { refs: [], documents: [] };
    for (let i = 0; i < batch.documents.length; i++) {
      const document = batch.documents[i]!;
      if (matcher.matches(document)) {
        selection.refs.push(batch.refs[i]!);
        selection.documents.push(document);
      }
    }
    if (selection.refs.length > 0) yield selection;
  }
}

/** An access path in explain's words. */
export function explainAccessPath(path: AccessPath, filter: Doc): Doc {
  if (path.kind === 'COLLSCAN') {
    const stage: Doc = new Map<string, Value>([['stage', 'COLLSCAN']]);
    if (filter.size > 0) stage.set('filter', filter);
    stage.set('direction', path.reverse ? 'backward' : 'forward');
    return stage;
  }
  return new Map<string, Value>([['stage', path.kind]]);
}
