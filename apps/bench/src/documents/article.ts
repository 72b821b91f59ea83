import { ObjectId } from 'mongodb';
import { personId, text } from './person';
import { randomSource } from './random';

/** An article, about 4 KiB of BSON: a few small fields that change, and a body that does not. */
export interface Article {
  readonly _id: ObjectId;
  readonly title: string;
  readonly summary: string;
  readonly views: number;
  readonly body: readonly string[];
}

/** The article at an index: always the same one. */
export function article(index: number): Article {
  const random = randomSource(index * 2);
  return {
    _id: personId(index),
    title: text(random, 60),
    summary: text(random, 200),
    views: random.below(100_000),
    body: Array.from({ length: 10 }, () => text(random, 360)),
  };
}

/** A new summary for an article, another one each round. About 220 bytes of BSON. */
export function newSummary(index: number, round: number): string {
  return text(randomSource(index * 31 + round * 7_919), 200);
}
