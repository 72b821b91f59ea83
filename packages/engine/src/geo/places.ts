import { isNumber, type Value } from '@argon/bson';

/** The places a path leads to: arrays of pairs are several. */
export function* placesAt(value: Value | undefined, parts: readonly string[]): Generator<Value> {
  if (value === undefined) return;
  const [part, ...rest] = parts;
  if (part === undefined) {
    const isList = Array.isArray(value) && !isNumber(value[0]);
    yield* isList ? value : [value];
  } else if (Array.isArray(value)) {
    const index = /^\d+$/.test(part) ? value[Number(part)] : undefined;
    if (index !== undefined) yield* placesAt(index, rest);
    for (const item of value) if (item instanceof Map) yield* placesAt(item, parts);
  } else if (value instanceof Map) yield* placesAt(value.get(part), rest);
}
