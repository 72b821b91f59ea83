import type { Value } from '@argon/bson';
import { GeometryError, type Geometry } from '../../geo/geometry';
import { NearQuery } from '../../geo/near';
import { storedGeometry } from '../../geo/parse-geometry';
import { intersectsTest, withinTest, type QueryRegion } from '../../geo/region';
import type { Condition } from '../condition';
import { DecodingTest } from '../decoding-test';
import type { FieldContext } from '../parse/field-operators';

/** `$geoWithin`, and `$within`, its name of old. */
export function geoWithinCondition(operand: Value, operator: string): Condition {
  const test = new GeoTest(withinTest(operand, operator));
  return { kind: 'test', operator: '$geoWithin', operand, test, arrays: 'items' };
}

/** `$geoIntersects` */
export function geoIntersectsCondition(operand: Value): Condition {
  const test = new GeoTest(intersectsTest(operand));
  return { kind: 'test', operator: '$geoIntersects', operand, test, arrays: 'items' };
}

/** `$near`, `$nearSphere`, `$geoNear`: holds of what is as far away as it may be; who asks sorts by the distance. */
export function nearCondition(operator: string, operand: Value, context: FieldContext): Condition {
  const near = NearQuery.parse(context.path, operator, context.operators);
  context.parser.scope.nears?.push(near);
  return { kind: 'test', operator: '$near', operand, test: new NearTest(near), arrays: 'items' };
}

/** Of `$geoWithin` and `$geoIntersects`. */
export class GeoTest extends DecodingTest {
  constructor(readonly region: QueryRegion) {
    super();
  }

  decoded(value: Value | undefined): boolean {
    const geometry = placeOf(value);
    return geometry !== undefined && this.region.holds(geometry);
  }
}

/** Of `$near`: whether a place is within its distances. */
export class NearTest extends DecodingTest {
  constructor(readonly near: NearQuery) {
    super();
  }

  decoded(value: Value | undefined): boolean {
    return value !== undefined && this.near.distance(value) !== undefined;
  }
}

function placeOf(value: Value | undefined): Geometry | undefined {
  if (!(value instanceof Map || Array.isArray(value))) return undefined;
  try {
    return storedGeometry(value, '');
  } catch (error) {
    // What is no place is nowhere.
    if (error instanceof GeometryError) return undefined;
    throw error;
  }
}
