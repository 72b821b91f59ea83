import { compareValues, decodeDocument, isIdentical, RawDocument, type Doc, type Value } from '@argon/bson';
import type { Reply } from '@argon/engine';
import { MAX_DOCUMENTS, type Question } from './question';

/** What a side said; undefined: it is more than is compared. */
export type Answer = readonly Value[] | undefined;

/** A reply's answer, in an order that both sides have it in. */
export function answerOf(reply: Reply, { answer, isOrdered, hasSets }: Question): Answer {
  if (answer === 'number') return [numberIn(reply)];
  const values =
    answer === 'values'
      ? (reply.get('values') as readonly Value[]).map((each) => decoded(each))
      : batchOf(reply);
  if (values === undefined || values.length > MAX_DOCUMENTS) return undefined;
  const plain = hasSets ? values.map((value) => sorted(value)) : values;
  return isOrdered ? plain : [...plain].sort(compareValues);
}

/** Whether two answers are the same, to the byte; of values that compare equal `distinct` gives any. */
export function isSame(one: readonly Value[], other: readonly Value[], { answer }: Question): boolean {
  if (one.length !== other.length) return false;
  if (answer === 'documents') return one.every((value, i) => isIdentical(value, other[i]));
  return one.every((value, i) => compareValues(value, other[i]) === 0);
}

/** Of `count`, and of the pipeline that stands for it. */
function numberIn(reply: Reply): number {
  const n = reply.get('n');
  if (n !== undefined) return Number(n);
  const [found] = batchOf(reply) ?? [];
  return found === undefined ? 0 : Number((found as Doc).get('n'));
}

/** @returns undefined if there is more than one batch */
function batchOf(reply: Reply): readonly Value[] | undefined {
  const cursor = reply.get('cursor') as Doc;
  if (Number(cursor.get('id')) !== 0) return undefined;
  return (cursor.get('firstBatch') as readonly Value[]).map((each) => decoded(each));
}

function decoded(value: Value | RawDocument): Value {
  return value instanceof RawDocument ? decodeDocument(value.bytes) : value;
}

/** With the items of all arrays in an order of our own. */
function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map((each: Value) => sorted(each)).sort(compareValues);
  if (!(value instanceof Map)) return value;
  return new Map([...value].map(([field, each]) => [field, sorted(each)]));
}
