import { indexKind, type IndexDefinition } from '@argon/materializer';
import type { NearQuery } from '../geo/near';
import { CommandError } from '../handler/errors';
import type { CollectionView } from '../view/collection-view';
import type { Hint } from './hint';

/**
 * The index that `$near` asks for, as mongod does: one of the sphere for GeoJSON, one of the plane for pairs of
 * coordinates, either for pairs on the sphere.
 * @throws CommandError NoQueryExecutionPlans without one
 */
export function nearIndex(view: CollectionView, near: NearQuery, hint: Hint | undefined): IndexDefinition {
  if (hint?.natural !== undefined) {
    throw new CommandError('BadValue', 'geoNear expression not allowed with $natural hint');
  }
  const candidates = hint?.index === undefined ? view.indexes : [hint.index];
  const kinds = near.isGeoJson ? ['2dsphere'] : near.isSpherical ? ['2dsphere', '2d'] : ['2d'];
  for (const kind of kinds) {
    const found = candidates.find(
      ({ key, partial }) => indexKind(key) === kind && key.get(near.path) === kind && partial === undefined,
    );
    if (found !== undefined) return found;
  }
  throw new CommandError(
    'NoQueryExecutionPlans',
    'error processing query: planner returned error :: caused by :: unable to find index for $geoNear query',
  );
}
