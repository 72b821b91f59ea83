import { decodeDocument, RawDocument } from '@argon/bson';
import type { Value } from '@argon/bson';
import type { Container, Position, ValueTest } from '../node';
import type { Path } from './path';

/** The same walk as `walkRaw`, over a decoded document. */
export function walkDecoded(
  container: Container,
  path: Path,
  part: number,
  test: ValueTest,
  traverseLeaf: boolean,
  position: Position | undefined,
): boolean {
  const last = path.parts.length - 1;
  for (;;) {
    const value = fieldOf(container, path, part);
    if (Array.isArray(value)) return walkArray(value, path, part + 1, test, traverseLeaf, position);
    if (part === last) return test.decoded(value, position);
    if (!(value instanceof Map)) return test.decoded(undefined, position);
    container = value;
    part++;
  }
}

function fieldOf(container: Container, path: Path, part: number): Value | undefined {
  if (container instanceof Map) return opened(container.get(path.parts[part]!));
  const index = path.indexes[part]!;
  return index < 0 ? undefined : opened(container[index]);
}

/** A document that is still encoded inside a decoded one is decoded when it is met. */
function opened(value: Value | undefined): Value | undefined {
  return value instanceof RawDocument ? decodeDocument(value.bytes) : value;
}

function walkArray(
  array: readonly Value[],
  path: Path,
  part: number,
  test: ValueTest,
  traverseLeaf: boolean,
  position: Position | undefined,
): boolean {
  const left = path.parts.length - part;
  if (left === 0 && !traverseLeaf) return test.decoded(array as Value[], position);
  const wanted = left > 0 ? path.indexes[part]! : -1;
  for (let index = 0; index < array.length; index++) {
    const item = opened(array[index]);
    if (left === 0) {
      if (test.decoded(item, position)) return found(position, index);
      continue;
    }
    if (item instanceof Map && walkDecoded(item, path, part, test, traverseLeaf, position))
      return found(position, index);
    if (index !== wanted) continue;
    if (left === 1) {
      if (test.decoded(item, position)) return true;
    } else if (item instanceof Map) {
      if (walkDecoded(item, path, part + 1, test, traverseLeaf, position)) return true;
    } else if (Array.isArray(item)) {
      if (walkArray(item, path, part + 1, test, traverseLeaf, position)) return true;
    }
  }
  return left === 0 && test.decoded(array as Value[], position);
}

function found(position: Position | undefined, index: number): true {
  if (position !== undefined) position.index = index;
  return true;
}
