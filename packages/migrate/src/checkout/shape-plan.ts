import type { BranchState, CollectionCatalog } from '@argon/materializer';
import { differingOptions, isModifiable, siteOptions } from '../catalog/options';
import type { SiteCollection } from '../site/describe';
import type { Site } from '../site/site';
import { SiteNotEmptyError, SiteRefusedError } from './errors';
import type { Position } from './position';

/** How a collection's documents become what they should be: there are none; what is there is known; it is not. */
export type Way = 'all' | 'difference' | 'content';

/** What is there of a site, what should be, and what may be done about it. */
export interface ShapeRequest {
  readonly site: Site;
  readonly branch: string;
  readonly position: Position;
  /** What the site holds; undefined: nothing of this branch, or something in between. */
  readonly before: BranchState | undefined;
  readonly after: BranchState;
  readonly present: ReadonlyMap<string, SiteCollection>;
  /** What an interrupted run may have made, by name. */
  readonly leftovers: ReadonlySet<string>;
  /** Whether everything goes that the branch does not have. */
  readonly overwrite: boolean;
}

export interface ShapePlan {
  readonly drops: readonly SiteCollection[];
  readonly renames: readonly { readonly from: SiteCollection; readonly to: string }[];
  readonly creates: readonly CollectionCatalog[];
  readonly ways: ReadonlyMap<string, Way>;
}

/**
 * What has to be dropped, renamed and made before documents can be written. Collections of this branch are known by the
 * UUIDs that the position has of them, whatever they are called now.
 * @throws SiteNotEmptyError, SiteRefusedError
 */
export function planShape(request: ShapeRequest): ShapePlan {
  const { site, position, before, after, present, overwrite } = request;
  const byUuid = new Map([...present.values()].map((each) => [each.uuid, each]));
  const wanted = [...after.collections.values()].map(({ catalog }) => catalog);
  const owned = new Map<SiteCollection, string>();
  for (const [uuid, at] of position.collections) {
    const there = byUuid.get(at);
    if (there !== undefined) owned.set(there, uuid);
  }
  const own = new Map([...owned].map(([there, uuid]) => [uuid, there]));
  const kept = new Map<SiteCollection, string>();
  const creates: CollectionCatalog[] = [];
  const ways = new Map<string, Way>();
  const strangers: string[] = [];
  for (const catalog of wanted) {
    checkWritable(site, catalog);
    const uuid = uuidOf(catalog);
    const byName = present.get(catalog.name);
    const there = own.get(uuid) ?? (byName !== undefined && !owned.has(byName) ? byName : undefined);
    if (there !== undefined && !own.has(uuid) && !isTakeable(request, there)) strangers.push(there.name);
    const known = own.has(uuid) && !overwrite && before !== undefined && nameIn(before, uuid) !== undefined;
    if (there === undefined || mustBeNew(site, catalog, there, known)) {
      creates.push(catalog);
      ways.set(catalog.name, 'all');
      continue;
    }
    kept.set(there, catalog.name);
    if (catalog.type === 'view') continue;
    ways.set(catalog.name, known ? 'difference' : 'content');
  }
  const names = new Set(wanted.map(({ name }) => name));
  const goes = (each: SiteCollection): boolean =>
    !kept.has(each) && (owned.has(each) || names.has(each.name) || isTakeable(request, each));
  // What stands where another is to be, and is not ours.
  const moved = [...kept].filter(([each, name]) => each.name !== name);
  for (const [, name] of moved) {
    const there = present.get(name);
    if (there !== undefined && !kept.has(there) && !owned.has(there) && !isTakeable(request, there)) {
      strangers.push(name);
    }
  }
  if (strangers.length > 0) throw new SiteNotEmptyError(request.branch, site.location, strangers);
  return {
    drops: [...present.values()].filter(goes),
    renames: moved.map(([from, to]) => ({ from, to })),
    creates: creates.filter(({ type }) => type !== 'view'),
    ways,
  };
}

/** What a collection of this UUID is called in a state. */
export function nameIn(state: BranchState, uuid: string): string | undefined {
  for (const { catalog } of state.collections.values()) {
    if (uuidOf(catalog) === uuid) return catalog.name;
  }
  return undefined;
}

export function uuidOf({ uuid }: CollectionCatalog): string {
  return Buffer.from(uuid).toString('hex');
}

function isTakeable(request: ShapeRequest, there: SiteCollection): boolean {
  return request.overwrite || request.leftovers.has(there.name) || isOwnView(request, there);
}

/** Views have no UUID there. */
function isOwnView({ before }: ShapeRequest, { name, type }: SiteCollection): boolean {
  return type === 'view' && before?.collections.get(name)?.catalog.type === 'view';
}

function mustBeNew(site: Site, catalog: CollectionCatalog, there: SiteCollection, known: boolean): boolean {
  if (catalog.type !== there.type) return true;
  // Whether its documents are in the right order cannot be seen by their `_id`s, and none can be put between others.
  if (catalog.options.get('capped') === true && !known) return true;
  return differingOptions(siteOptions(site, catalog), there.options).some((name) => !isModifiable(name));
}

function checkWritable(site: Site, { name, options }: CollectionCatalog): void {
  const refuse = (problem: string): never => {
    throw new SiteRefusedError(site.location, name, problem);
  };
  if (site.shown(site.stored(name)) !== name) refuse("the name is MongoDB's own, or Argon's");
  if (options.has('encryptedFields')) refuse('it is encrypted, and its key material is not in the branch');
  if (options.has('timeseries')) refuse('time series cannot be written by document');
}
