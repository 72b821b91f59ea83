import type { Value } from '@argon/bson';
import type { BranchState, CollectionCatalog } from '@argon/materializer';
import type { Entry } from '@argon/wal';
import type { EntriesPart } from '../log/branch-log';
import { stateBefore, uuidValue, type EventContext } from './context';
import { eventAt, type ChangeEvent } from './event';

/** What an event of a change of the catalogue says. */
export interface Told {
  readonly operationType: string;
  readonly leading?: readonly (readonly [string, Value])[];
  readonly catalog?: CollectionCatalog | undefined;
  readonly fields: readonly (readonly [string, Value])[];
}

/** @param number which event of the entry */
export function eventOf(
  context: EventContext,
  part: EntriesPart,
  entry: Entry,
  told: Told,
  number = 0,
): ChangeEvent {
  const { operationType, leading, catalog, fields } = told;
  const isView = catalog?.type === 'view';
  return {
    place: { lsn: part.commit.lsn, at: entry.lsn, number, isInvalidate: false },
    ...eventAt(part.commit),
    operationType,
    ...(leading === undefined ? {} : { leading }),
    ...(catalog === undefined || isView || !context.options.showExpandedEvents
      ? {}
      : { collectionUuid: uuidValue(catalog.uuid) }),
    fields,
  };
}

/** The catalogue of a collection before the n-th entry of a part's commit. */
export async function catalogAt(
  context: EventContext,
  part: EntriesPart,
  n: number,
  name: string,
): Promise<CollectionCatalog | undefined> {
  const state: BranchState = await stateBefore(context, part, n);
  return state.collections.get(name)?.catalog;
}
