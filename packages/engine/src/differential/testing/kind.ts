import type { Doc } from '@argon/bson';
import type { Random } from '../../match/testing/random';

/** One comparison: commands that are sent to mongod and to Argon one after the other, and whose replies must agree. */
export interface Case {
  /** Without `$db`. */
  readonly commands: readonly Doc[];
  /** The documents of the replies may come in any order. */
  readonly isUnordered?: boolean;
}

/** Cases over the same documents. */
export interface Block {
  /** What makes the collections; its replies are compared too, and are no cases. */
  readonly setup: readonly Doc[];
  readonly cases: readonly Case[];
}

/** A kind of cases. */
export interface Kind {
  readonly name: string;
  /** How many of a hundred cases are of this kind. */
  readonly share: number;
  /** How many cases share a collection. */
  readonly blockSize: number;
  /** The same chance makes the same block. */
  block(random: Random, size: number): Block;
  /** How mongod is asked, where that is not how Argon is asked. */
  forMongod?(command: Doc): Doc;
}
