import { bsonTypeName, type Doc, type Value } from '@argon/bson';

/** What a path leads to in a document; arrays on the way are gone through. @param isLeafOpened arrays at its end too */
export function valuesAt(document: Value, path: readonly string[], isLeafOpened: boolean): Value[] {
  const [name, ...rest] = path;
  if (name === undefined) {
    return isLeafOpened && Array.isArray(document) ? [...document] : [document];
  }
  if (document instanceof Map) {
    const value = document.get(name);
    return value === undefined ? [] : valuesAt(value, rest, isLeafOpened);
  }
  if (!Array.isArray(document)) return [];
  const byPosition = /^(?:0|[1-9]\d*)$/.test(name) ? document[Number(name)] : undefined;
  return [
    ...(byPosition === undefined ? [] : valuesAt(byPosition, rest, isLeafOpened)),
    ...document.flatMap((item) => (item instanceof Map ? valuesAt(item, path, isLeafOpened) : [])),
  ];
}

/** `consideredValue` or `consideredValues`. */
export function consideredValues(values: readonly Value[]): (readonly [string, Value])[] {
  return values.length === 1 ? [['consideredValue', values[0]!]] : [['consideredValues', [...values]]];
}

/** `consideredType` or `consideredTypes`. */
export function consideredTypes(values: readonly Value[]): (readonly [string, Value])[] {
  const types = [...new Set(values.map((value) => bsonTypeName(value)))].sort();
  return types.length === 1 ? [['consideredType', types[0]!]] : [['consideredTypes', types]];
}

/** A document of these fields. */
export function details(...fields: (readonly [string, Value])[]): Doc {
  return new Map(fields);
}

/** `title` and `description` go along with what failed. */
export function annotations(schema: Doc): (readonly [string, Value])[] {
  return ['title', 'description'].flatMap((name): [string, Value][] => {
    const value = schema.get(name);
    return value === undefined ? [] : [[name, value]];
  });
}
