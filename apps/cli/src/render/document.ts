import { decodeDocument, Long, stringifyEjson, type Value } from '@argon/bson';

/**
 * - `relaxed`: for reading.
 * - `exact`: relaxed Extended JSON that reads back as the same types: as `relaxed`, but an int64 that would be taken for
 *   an int32 is written `{"$numberLong": "5"}`.
 * - `canonical`: every type spelt out.
 */
export type EjsonStyle = 'relaxed' | 'exact' | 'canonical';

/** An encoded document as Extended JSON, on one line unless `indent` is given. */
export function documentText(bytes: Uint8Array, style: EjsonStyle, indent = 0): string {
  return valueText(decodeDocument(bytes), style, indent);
}

export function valueText(value: Value, style: EjsonStyle, indent = 0): string {
  switch (style) {
    case 'canonical':
      return stringifyEjson(value, { relaxed: false, indent });
    case 'exact':
      return stringifyEjson(withSmallLongsMarked(value), { indent });
    case 'relaxed':
      return stringifyEjson(value, { indent });
  }
}

/** Text has one kind of integer; an int64 within int32's range needs its type beside it. */
function withSmallLongsMarked(value: Value): Value {
  if (value instanceof Map) {
    for (const [name, field] of value) {
      if (typeof field !== 'object' || field === null) continue;
      const marked = withSmallLongsMarked(field);
      if (marked !== field) value.set(name, marked);
    }
    return value;
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = withSmallLongsMarked(value[i]!);
    return value;
  }
  if (value instanceof Long && value.greaterThanOrEqual(INT32_MIN) && value.lessThanOrEqual(INT32_MAX)) {
    return new Map([['$numberLong', value.toString()]]);
  }
  return value;
}

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
