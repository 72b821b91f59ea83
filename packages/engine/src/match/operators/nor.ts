import type { Container, MatchNode } from '../node';

/** `$nor`. */
export class NorNode implements MatchNode {
  constructor(readonly children: readonly MatchNode[]) {}

  decoded(document: Container): boolean {
    return !this.children.some((child) => child.decoded(document));
  }

  raw(bytes: Uint8Array, offset: number): boolean {
    return !this.children.some((child) => child.raw(bytes, offset));
  }
}
