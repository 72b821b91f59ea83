import { rewritePipeline } from '@argon/branch/prefix';
import { keptView, type Kept } from '@argon/engine';
import type { Doc, Value } from '@argon/bson';
import type { Site } from '../site/site';

/**
 * A view of a site as its branch has it, with names as the branch's users know them; undefined if the log cannot have it.
 * @param options as `listCollections` tells them
 */
export function viewOf(site: Site, name: string, options: Doc): Kept<Doc | undefined> {
  const foreign = new Set<string>();
  const shown = (stored: string): string => {
    const own = site.shown(stored);
    if (own === undefined) foreign.add(stored);
    return own ?? stored;
  };
  const names = { strict: false, database: (database: string) => database, collection: shown };
  const turned: Doc = new Map<string, Value>([
    ...options,
    ['viewOn', shown(options.get('viewOn') as string)],
    ['pipeline', rewritePipeline(options.get('pipeline') ?? [], names)],
  ]);
  const [other] = foreign;
  if (other === undefined) return keptView(site.database.name, name, turned);
  return {
    kept: undefined,
    notes: [`view '${name}' was left out: it reads '${other}', which is not the branch's`],
  };
}
