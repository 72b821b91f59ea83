import type { Container, MatchNode, Position } from '../node';
import { NeverNode } from './always';

/** `$or`. It reports no array position, as mongod's does not, unless it has only one alternative. */
export class OrNode implements MatchNode {
  private constructor(readonly children: readonly MatchNode[]) {}

  static of(children: readonly MatchNode[]): MatchNode {
    const possible = children.filter((child) => !(child instanceof NeverNode));
    if (possible.length === 0) return NeverNode.INSTANCE;
    return possible.length === 1 ? possible[0]! : new OrNode(possible);
  }

  decoded(document: Container, _position?: Position): boolean {
    return this.children.some((child) => child.decoded(document));
  }

  raw(bytes: Uint8Array, offset: number, _position?: Position): boolean {
    const children = this.children;
    for (let index = 0; index < children.length; index++) {
      if (children[index]!.raw(bytes, offset)) return true;
    }
    return false;
  }
}
