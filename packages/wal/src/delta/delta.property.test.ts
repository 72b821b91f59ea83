import { Binary, type Doc, Double, encodeDocument, Long, ObjectId, type Value } from '@argon/bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyDelta, encodeDelta } from './delta';

const names = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '0', '1', '2', '10', '_id', '', '__proto__', 'é'),
  fc.string({ maxLength: 4 }).map((name) => name.replaceAll('\0', '0')),
);

const scalars: fc.Arbitrary<Value> = fc.oneof(
  fc.integer(),
  fc.integer({ min: 0, max: 3 }),
  fc.double().map((value) => new Double(value)),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => new Binary(Buffer.from(bytes))),
  fc.integer().map((value) => new Date(value)),
);

const { document, value } = fc.letrec<{ value: Value; document: Doc }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { arbitrary: scalars, weight: 4 },
    fc.array(tie('value'), { maxLength: 6 }),
    tie('document'),
  ),
  document: fc
    .uniqueArray(fc.tuple(names, tie('value')), { maxLength: 8, selector: ([name]) => name })
    .map((fields) => new Map(fields)),
}));

/** One change somewhere in a document: `at` says where, at each level. */
interface Change {
  readonly kind: 'set' | 'unset' | 'add' | 'move' | 'rename';
  readonly at: readonly number[];
  readonly name: string;
  readonly value: Value;
}

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'unset', 'add', 'move', 'rename'),
    at: fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
    name: names,
    value,
  }),
  { minLength: 1, maxLength: 6 },
);

function changed(target: Value, change: Change, level = 0): Value {
  const isArray = Array.isArray(target);
  if (!isArray && !(target instanceof Map)) return change.value;
  const fields: [string, Value][] = isArray ? target.map((item: Value) => ['', item]) : [...target.entries()];
  const place = change.at[level]! % (fields.length + 1);
  const field = fields[place];
  if (field !== undefined && level + 1 < change.at.length) {
    field[1] = changed(field[1], change, level + 1);
  } else if (change.kind === 'add' || field === undefined) {
    fields.splice(place, 0, [change.name, change.value]);
  } else if (change.kind === 'set') {
    field[1] = change.value;
  } else if (change.kind === 'rename') {
    field[0] = change.name;
  } else {
    fields.splice(place, 1);
    if (change.kind === 'move') fields.splice(change.at[0]! % (fields.length + 1), 0, field);
  }
  return isArray ? fields.map(([, item]) => item) : new Map(fields);
}

function expectStep(before: Uint8Array, after: Uint8Array): void {
  const delta = encodeDelta(before, after, Infinity)!;
  expect(applyDelta(before, delta).toString('hex')).toBe(Buffer.from(after).toString('hex'));
}

it('makes any edited document again, byte for byte', () => {
  fc.assert(
    fc.property(document, changes, (before, edits) => {
      const after = edits.reduce<Value>((target, change) => changed(target, change), before) as Doc;
      expectStep(encodeDocument(before), encodeDocument(after));
    }),
    { numRuns: 2000 },
  );
});

it('makes any document of any other', () => {
  fc.assert(
    fc.property(document, document, (before, after) => {
      expectStep(encodeDocument(before), encodeDocument(after));
    }),
    { numRuns: 500 },
  );
});

it('minds neither fields that are there twice nor arrays whose items have other names', () => {
  const odd = fc
    .array(fc.tuple(fc.constantFrom(0x61, 0x62, 0x30, 0x31), fc.nat(3)), { maxLength: 8 })
    .map((fields) => {
      const inner = Buffer.concat(fields.map(([name, digit]) => Buffer.from([16, name, 0, digit, 0, 0, 0])));
      const array = Buffer.concat([Buffer.alloc(4), inner, Buffer.alloc(1)]);
      array.writeInt32LE(array.length, 0);
      const whole = Buffer.concat([
        Buffer.alloc(4),
        inner,
        Buffer.from([4, 0x63, 0]),
        array,
        Buffer.alloc(1),
      ]);
      whole.writeInt32LE(whole.length, 0);
      return whole;
    });
  fc.assert(fc.property(odd, odd, expectStep), { numRuns: 1000 });
});

it('never reads beyond a delta that is damaged', () => {
  fc.assert(
    fc.property(document, fc.uint8Array({ maxLength: 40 }), (before, bytes) => {
      try {
        applyDelta(encodeDocument(before), Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});
