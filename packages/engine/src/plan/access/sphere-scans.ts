import type { IndexDefinition, IndexView } from '@argon/materializer';
import { sphereField } from '../../geo/cells';
import type { Cap, SphereShape } from '../../geo/sphere';
import type { MatchNode } from '../../match/node';
import { AndNode } from '../../match/operators/and';
import { GeoTest, NearTest } from '../../match/operators/geo';
import { PathNode } from '../../match/path-node';
import { cellBounds } from '../bounds/cell-bounds';
import type { IndexScan } from './index-access';
import { keyScan } from './key-scan';
import { indexField, indexOfFields } from './planned-index';

/** Whether some condition is about where a place is on the sphere that the index has keys for. */
export function isAboutPlaces({ key }: IndexDefinition, conjuncts: readonly MatchNode[]): boolean {
  return regionsOf(sphereField(key), conjuncts).length > 0;
}

/** The ways through a `2dsphere` index to what may be where a filter asks for: one for each condition that does. */
export function sphereScans(view: IndexView, conjuncts: readonly MatchNode[]): readonly IndexScan[] {
  const path = sphereField(view.definition.key)!;
  const field = { ...indexField(path, view.multikey[0] ?? 0), isHashed: true };
  const index = indexOfFields(view.definition, view, [field]);
  const residual = AndNode.of([...conjuncts]);
  return regionsOf(path, conjuncts).map((shapes) => keyScan(index, [cellBounds(shapes)], residual));
}

function regionsOf(
  path: string | undefined,
  conjuncts: readonly MatchNode[],
): readonly (readonly (SphereShape | Cap)[])[] {
  return conjuncts.flatMap((each) => {
    if (!(each instanceof PathNode) || each.path.dotted !== path) return [];
    const { test } = each;
    if (test instanceof GeoTest) return test.region.shapes === undefined ? [] : [test.region.shapes];
    return test instanceof NearTest && test.near.cap !== undefined ? [[test.near.cap]] : [];
  });
}
