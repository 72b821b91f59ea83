import type { BranchState, CollectionState, Materializer } from '@argon/materializer';
import type { PastCollection } from './contract';

type Batch = readonly Uint8Array[] | undefined;

/** A collection of a state, to be read. With `begin` its first batch is on its way at once. */
export function pastCollection(
  materializer: Materializer,
  state: BranchState,
  collection: CollectionState,
  begin: boolean,
): PastCollection {
  const reader = (): (() => Promise<Batch>) => {
    const scan = collection.scan();
    return async () => {
      const refs = await scan.next();
      if (refs === undefined) return undefined;
      return materializer.documents(
        state,
        refs.map(({ lsn }) => lsn),
      );
    };
  };
  let begun: { readonly next: () => Promise<Batch>; readonly first: Promise<Batch> } | undefined;
  const start = (): NonNullable<typeof begun> => {
    const next = reader();
    const first = next();
    // Whoever iterates is told; nobody may.
    first.catch(() => undefined);
    return { next, first };
  };
  if (begin) begun = start();
  return {
    name: collection.catalog.name,
    catalog: collection.catalog,
    count: collection.count,
    documents: () => {
      const { next, first } = begun ?? start();
      begun = undefined;
      return readAhead(next, first);
    },
  };
}

/** Each batch while the next one is read. */
async function* readAhead(
  next: () => Promise<Batch>,
  first: Promise<Batch>,
): AsyncGenerator<NonNullable<Batch>> {
  let batch = await first;
  while (batch !== undefined) {
    const following = next();
    following.catch(() => undefined);
    if (batch.length > 0) yield batch;
    batch = await following;
  }
}
