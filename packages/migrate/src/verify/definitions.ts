import type { Doc } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import { indexSpecifications, isSameSpecification } from '../catalog/indexes';
import { differingOptions, siteOptions } from '../catalog/options';
import { indexesOf, type SiteCollection } from '../site/describe';
import type { Site } from '../site/site';
import type { DefinitionMismatch } from './contract';

/** What a branch and a site say differently of a collection itself. */
export async function definitionMismatches(
  site: Site,
  catalog: CollectionCatalog | undefined,
  there: SiteCollection | undefined,
): Promise<readonly DefinitionMismatch[]> {
  const wanted = catalog && siteOptions(site, catalog);
  if (catalog === undefined || there === undefined || catalog.type !== there.type) {
    return [{ kind: 'collection', names: [], branch: wanted, site: there?.options }];
  }
  const names = differingOptions(wanted!, there.options);
  const mismatches: DefinitionMismatch[] =
    names.length === 0 ? [] : [{ kind: 'options', names, branch: wanted, site: there.options }];
  if (catalog.type === 'view') return mismatches;
  const present = new Map((await indexesOf(site, there.stored)).map((index) => [nameOf(index), index]));
  for (const index of indexSpecifications(catalog)) {
    const name = nameOf(index);
    const same = present.get(name);
    present.delete(name);
    if (same !== undefined && isSameSpecification(index, same)) continue;
    mismatches.push({ kind: 'index', names: [name], branch: index, site: same });
  }
  for (const [name, index] of present) {
    mismatches.push({ kind: 'index', names: [name], branch: undefined, site: index });
  }
  return mismatches;
}

function nameOf(index: Doc): string {
  return String(index.get('name'));
}
