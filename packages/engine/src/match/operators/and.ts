import type { Container, MatchNode, Position } from '../node';
import { NeverNode } from './always';

/** `$and`, and the implicit conjunction of a filter's fields. The empty one matches everything. */
export class AndNode implements MatchNode {
  private constructor(readonly children: readonly MatchNode[]) {}

  /** Nested conjunctions are flattened; a conjunction of one is that one, and one with a child that never holds is never. */
  static of(children: readonly MatchNode[]): MatchNode {
    if (children.some((child) => child instanceof NeverNode)) return NeverNode.INSTANCE;
    const flat = children.flatMap((child) => (child instanceof AndNode ? child.children : [child]));
    return flat.length === 1 ? flat[0]! : new AndNode(flat);
  }

  decoded(document: Container, position?: Position): boolean {
    const children = this.children;
    for (let index = 0; index < children.length; index++) {
      if (!children[index]!.decoded(document, position)) return false;
    }
    return true;
  }

  raw(bytes: Uint8Array, offset: number, position?: Position): boolean {
    const children = this.children;
    for (let index = 0; index < children.length; index++) {
      if (!children[index]!.raw(bytes, offset, position)) return false;
    }
    return true;
  }
}
