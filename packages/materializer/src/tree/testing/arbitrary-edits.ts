import fc from 'fast-check';
import type { TreeEdit } from '../edit';
import type { Key } from '../key';
import type { TreeScanOptions } from '../scan';

const numbers = fc.oneof(
  fc.nat({ max: 400 }),
  fc.nat({ max: 20_000 }),
  fc.maxSafeNat(),
  fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER),
);

const units = fc.array(fc.constantFrom(0, 1, 97, 98, 254, 255), { maxLength: 5 });
const text = units.map((codes) => String.fromCharCode(...codes));

/** Empty and short ones, ones that begin alike, ones near and beyond the size of a chunk. */
const strings = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 4, arbitrary: fc.nat({ max: 20_000 }).map((n) => `key/${String(n).padStart(6, '0')}`) },
  { weight: 2, arbitrary: text.map((end) => 'a'.repeat(300) + end) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(text, fc.constantFrom(500, 4_000, 16_375, 16_376, 16_377, 40_000), text)
      .map(([start, length, end]) => start + 'm'.repeat(length) + end),
  },
);

const values = fc.oneof(fc.nat({ max: 3 }), fc.maxSafeNat());

export interface KeyCase<K extends Key> {
  readonly kind: K extends number ? 'number' : 'string';
  readonly keys: fc.Arbitrary<K>;
  /** Keys that lie near each other, for many at a time. */
  keyOf(n: number): K;
}

export const numberCase: KeyCase<number> = { kind: 'number', keys: numbers, keyOf: (n) => n };
export const stringCase: KeyCase<string> = {
  kind: 'string',
  keys: strings,
  keyOf: (n) => `key/${String(n).padStart(6, '0')}`,
};

/** Some single edits, and now and then thousands of keys that are put or removed together. */
export function editsOf<K extends Key>({ keys, keyOf }: KeyCase<K>): fc.Arbitrary<readonly TreeEdit<K>[]> {
  const single = fc.record({ key: keys, value: fc.option(values, { nil: undefined }) });
  const run = fc.record({
    from: fc.nat({ max: 20_000 }),
    count: fc.constantFrom(0, 0, 0, 40, 700, 5_000),
    step: fc.constantFrom(1, 1, 2, 7),
    removes: fc.boolean(),
    isPlain: fc.boolean(),
  });
  return fc
    .tuple(fc.array(single, { maxLength: 12 }), run)
    .map(([singles, { from, count, step, removes, isPlain }]) => {
      const edits = new Map<K, number | undefined>();
      for (let i = 0; i < count; i++) {
        const n = from + i * step;
        edits.set(keyOf(n), removes ? undefined : isPlain ? n : (n * 7919) % 100_003);
      }
      for (const { key, value } of singles) edits.set(key, value);
      return [...edits]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]): TreeEdit<K> => ({ key, value }));
    });
}

export function rangesOf<K extends Key>({ keys, keyOf }: KeyCase<K>): fc.Arbitrary<TreeScanOptions<K>> {
  const end = fc.option(fc.oneof(keys, fc.nat({ max: 20_000 }).map(keyOf)), { nil: undefined });
  return fc.record({
    from: end,
    fromInclusive: fc.boolean(),
    to: end,
    toInclusive: fc.boolean(),
    reverse: fc.boolean(),
    batchSize: fc.constantFrom(1, 7, 256, 100_000),
  });
}
