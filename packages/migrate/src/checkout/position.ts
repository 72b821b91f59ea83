import type { LegacyDatabase } from '@argon/branch/prefix';
import type { Doc, Timestamp, Value } from '@argon/bson';
import type { FoundPlace } from '@argon/branch';
import type { Lsn } from '@argon/wal';
import { ask } from '../site/ask';
import { readConcern } from '../site/read-concern';
import type { Site } from '../site/site';

/** Where a site's database keeps how far checkouts have come. */
export const POSITIONS = 'argon_positions';

/** What a site holds of which branch. */
export interface Position {
  /** Whose: `identityOf` the branch. */
  readonly branch: string;
  /** What the site holds, if `toward` does not say otherwise; undefined: nothing that was ever finished. */
  readonly lsn: Lsn | undefined;
  /** The site is on its way there, from `lsn`, and holds something between the two. */
  readonly toward: Lsn | undefined;
  /** Collections by their UUID in the log: their UUID at the site, both in hexadecimal digits. */
  readonly collections: ReadonlyMap<string, string>;
}

/** Tells a branch from all others, those of other stores included, whatever it is called now. */
export function identityOf({ project, branch }: Pick<FoundPlace, 'project' | 'branch'>): string {
  return `${project.id}@${project.createdAt}/${branch.id}@${branch.createdAt}`;
}

/** Who writes to a site: the branch, for programs and for people. */
export function holderOf(place: FoundPlace): { readonly id: string; readonly name: string } {
  return { id: identityOf(place), name: place.branch.name };
}

/** By what a site's position is found: its prefix, so that one place has one position, whatever branch is there. */
export function positionId(site: Site): string {
  return site.stored('x').slice(0, -1);
}

/**
 * What the site says of itself, now or at a moment of its server.
 * @throws SiteServerError, the driver's errors
 */
export async function readPosition(site: Site, time?: Timestamp): Promise<Position | undefined> {
  const found = await readPositionDocument(site.database, positionId(site), time);
  return found === undefined ? undefined : positionOf(found);
}

async function readPositionDocument(
  database: LegacyDatabase,
  id: string,
  time: Timestamp | undefined,
): Promise<Doc | undefined> {
  const command: Record<string, Value> = { find: POSITIONS, filter: new Map([['_id', id]]), limit: 1 };
  command['readConcern'] = readConcern(time);
  const reply = await ask(database, command);
  const [found] = (reply.get('cursor') as Doc).get('firstBatch') as readonly Doc[];
  return found;
}

export function positionOf(document: Doc): Position | undefined {
  const branch = document.get('branch');
  if (typeof branch !== 'string') return undefined;
  return {
    branch,
    lsn: lsnAt(document, 'lsn'),
    toward: lsnAt(document, 'toward'),
    collections: new Map(
      [...((document.get('collections') ?? new Map()) as Doc)].map(([uuid, at]) => [uuid, String(at)]),
    ),
  };
}

function lsnAt(document: Doc, field: string): Lsn | undefined {
  const value = document.get(field);
  return value === undefined || value === null ? undefined : Number(value);
}
