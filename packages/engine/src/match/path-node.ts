import type { Value } from '@argon/bson';
import type { Container, MatchNode, Position, ValueTest } from './node';
import { walkDecoded } from './walk/decoded';
import type { Path } from './walk/path';
import { walkRaw } from './walk/raw';

/** One operator on one path: `{path: {operator: operand}}`. */
export class PathNode implements MatchNode {
  constructor(
    readonly path: Path,
    readonly operator: string,
    readonly operand: Value,
    readonly test: ValueTest,
    private readonly traverseLeaf: boolean,
  ) {}

  decoded(document: Container, position?: Position): boolean {
    return walkDecoded(document, this.path, 0, this.test, this.traverseLeaf, position);
  }

  raw(bytes: Uint8Array, offset: number, position?: Position): boolean {
    return walkRaw(bytes, offset, this.path, 0, this.test, this.traverseLeaf, position);
  }
}
