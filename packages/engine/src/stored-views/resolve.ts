import type { Doc, Value } from '@argon/bson';
import type { BranchState, CollectionCatalog } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import type { CollectionView } from '../view/collection-view';

/** How many views may stand on each other, as in mongod. */
export const MAX_VIEW_DEPTH = 20;
/** The collection that shows a database's views; it lies nowhere, the catalogue is what it tells. */
export const SYSTEM_VIEWS = 'system.views';

/** What a view comes down to: stages over a collection, or over nothing. */
export interface ResolvedView {
  readonly collection: string | undefined;
  readonly stages: readonly Value[];
}

export function isView(catalog: CollectionCatalog | undefined): boolean {
  return catalog?.type === 'view';
}

/** Whether there is a pipeline to run instead of reading a collection. */
export function isDerived({ name, catalog }: CollectionView): boolean {
  return catalog === undefined ? name === SYSTEM_VIEWS : isView(catalog);
}

/**
 * What to read for this name; undefined for a collection.
 * @param database as `system.views` names it
 * @throws CommandError ViewDepthLimitExceeded
 */
export function resolveView(view: CollectionView, database: string): ResolvedView | undefined {
  const { name, catalog, state } = view;
  if (state === undefined) return undefined;
  if (catalog === undefined) return name === SYSTEM_VIEWS ? definitions(state, database) : undefined;
  if (!isView(catalog)) return undefined;
  let stages: readonly Value[] = [];
  let on = name;
  for (let depth = 0; depth < MAX_VIEW_DEPTH; depth++) {
    const next = state.collections.get(on)?.catalog;
    if (next === undefined || !isView(next)) {
      return on === SYSTEM_VIEWS && next === undefined
        ? { collection: undefined, stages: [...definitions(state, database).stages, ...stages] }
        : { collection: on, stages };
    }
    stages = [...viewPipeline(next), ...stages];
    on = next.options.get('viewOn') as string;
  }
  throw new CommandError(
    'ViewDepthLimitExceeded',
    `View depth too deep or view cycle detected; maximum depth is ${MAX_VIEW_DEPTH}`,
  );
}

export function viewPipeline({ options }: CollectionCatalog): readonly Value[] {
  const pipeline = options.get('pipeline');
  return Array.isArray(pipeline) ? pipeline : [];
}

/** Whether `system.views` is there to be seen. */
export function hasViews(state: BranchState): boolean {
  for (const { catalog } of state.collections.values()) if (isView(catalog)) return true;
  return false;
}

/** `{_id: 'shop.cheap', viewOn, pipeline}` of each view. */
function definitions(state: BranchState, database: string): ResolvedView {
  const documents: Doc[] = [];
  for (const { catalog } of state.collections.values()) {
    if (!isView(catalog)) continue;
    documents.push(new Map<string, Value>([['_id', `${database}.${catalog.name}`], ...catalog.options]));
  }
  return { collection: undefined, stages: [new Map([['$documents', new Map([['$literal', documents]])]])] };
}
