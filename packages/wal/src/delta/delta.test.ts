import { type DocumentLike, encodeDocument, ObjectId } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { applyDelta, encodeDelta } from './delta';

const text = 'the quick brown fox jumps over the lazy dog '.repeat(20);

/** How many bytes the step takes; checks that it can be taken. */
function step(before: DocumentLike, after: DocumentLike): number {
  const [old, target] = [encodeDocument(before), encodeDocument(after)];
  const delta = encodeDelta(old, target, Infinity)!;
  expect(Buffer.from(target).equals(applyDelta(old, delta))).toBe(true);
  return delta.length;
}

describe('a delta', () => {
  const base = {
    _id: 1,
    text,
    n: 1,
    nested: { deep: { a: 1, b: text } },
    list: [1, 2, { x: text }],
    end: text,
  };

  it('of a changed number is a few bytes', () => {
    expect(step(base, { ...base, n: 2 })).toBeLessThan(8);
    expect(step(base, { ...base, nested: { deep: { a: 2, b: text } } })).toBeLessThan(8);
    expect(step(base, { ...base, list: [1, 3, { x: text }] })).toBeLessThan(8);
    expect(step(base, base)).toBe(2);
  });

  it('of a field that comes, goes or changes its type is not much more', () => {
    expect(step(base, { ...base, extra: 5 })).toBeLessThan(24);
    const { n: _, ...rest } = base;
    expect(step(base, rest)).toBeLessThan(16);
    expect(step(rest, base)).toBeLessThan(24);
    expect(step(base, { ...base, n: 'one' })).toBeLessThan(30);
    expect(step(base, { ...base, n: null })).toBeLessThan(16);
  });

  it('of a text that grew holds what was added', () => {
    expect(step(base, { ...base, text: `${text}and more` })).toBeLessThan(30);
  });

  it('of an array that grew, or shrank at its beginning, does not hold the rest', () => {
    const item = (n: number) => ({ n, at: new ObjectId(), text });
    const list = Array.from({ length: 20 }, (_, i) => item(i));
    expect(step({ list }, { list: [...list, 7] })).toBeLessThan(30);
    expect(step({ list }, { list: list.slice(1) })).toBeLessThan(200);
    expect(step({ list }, { list: [] })).toBeLessThan(20);
  });

  it('keeps the order of fields', () => {
    const { text: moved, ...rest } = base;
    expect(step(base, { ...rest, text: moved })).toBeLessThan(text.length + 30);
    step({ a: 1, b: 2, c: 3, d: 4 }, { d: 4, c: 3, b: 2, a: 1 });
  });

  it('is refused where it does not fit', () => {
    const [old, target] = [encodeDocument(base), encodeDocument({ ...base, n: 'x' })];
    const delta = encodeDelta(old, target, Infinity)!;
    expect(() => applyDelta(encodeDocument({ a: 1 }), delta)).toThrow(RangeError);
    expect(() => applyDelta(old, delta.subarray(0, delta.length - 1))).toThrow(RangeError);
    expect(() => applyDelta(old, Buffer.from([0xff, 0xff, 0xff, 0x7f]))).toThrow(RangeError);
    expect(encodeDelta(old, target, delta.length - 1)).toBeUndefined();
  });

  it('is not made of what is no BSON, or of more fields than it is worth', () => {
    const good = encodeDocument(base);
    expect(encodeDelta(good, Buffer.from('what?'), Infinity)).toBeUndefined();
    const many = (last: number) => encodeDocument({ list: [...new Array<number>(30_000).fill(1), last] });
    expect(encodeDelta(many(1), many(2), Infinity)).toBeUndefined();
  });
});
