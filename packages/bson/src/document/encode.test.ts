import { Binary, Code, DBRef, Double, Int32, Long, ObjectId, serialize } from 'bson';
import { describe, expect, it } from 'vitest';
import { BsonValueError } from '../errors';
import { RawDocument } from '../value';
import type { Doc, Value } from '../value';
import { fromDoc, toDoc } from './convert';
import { decodeDocument } from './decode';
import { encodeDocument } from './encode';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('encodeDocument', () => {
  it('writes plain objects as js-bson does', () => {
    const object = {
      z: 1,
      '10': 'integer-like',
      long: Long.fromNumber(5),
      big: 5n,
      int: new Int32(7),
      missing: undefined,
      list: [1, undefined, null, [new Double(2)]],
      re: /a+/gim,
      bytes: new Uint8Array([1, 2]),
      ref: new DBRef('c', new ObjectId(), 'd', { extra: 1 }),
      scoped: new Code('f', { x: 1 }),
      when: new Date('2020-01-01'),
      text: 'é😀'.repeat(20),
      own: { toBSON: () => ({ made: true }) },
      f: () => 1,
    };
    expect(hex(encodeDocument(object))).toBe(hex(serialize(object)));
  });

  it('copies raw documents verbatim', () => {
    const raw = new RawDocument(encodeDocument({ x: new Double(1) }));
    expect(encodeDocument(raw)).toBe(raw.bytes);
    expect(hex(encodeDocument({ a: raw }))).toBe(hex(encodeDocument({ a: { x: new Double(1) } })));
  });

  it('can be called by a toBSON() that it calls', () => {
    const inner = { toBSON: () => decodeDocument(encodeDocument({ deep: 1 })) };
    expect(hex(encodeDocument({ a: 'before', inner, b: 'after' }))).toBe(
      hex(encodeDocument({ a: 'before', inner: { deep: 1 }, b: 'after' })),
    );
  });

  it('grows for large documents', () => {
    const big = { text: 'x'.repeat(3_000_000), bytes: new Binary(Buffer.alloc(2_000_000, 1)) };
    const doc = decodeDocument(encodeDocument(big));
    expect((doc.get('text') as string).length).toBe(3_000_000);
    expect((doc.get('bytes') as Binary).length()).toBe(2_000_000);
  });

  it('refuses what has no BSON form, naming the field', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(() => encodeDocument(cycle)).toThrow(BsonValueError);
    expect(() => encodeDocument({ at: new Date(Number.NaN) })).toThrow(/'at'.*Date/);
    expect(() => encodeDocument({ ['a\0b']: 1 })).toThrow(BsonValueError);
    expect(() => encodeDocument({ n: 2n ** 63n })).toThrow(/64 bits/);
  });
});

describe('toDoc and fromDoc', () => {
  it('give every value its one form', () => {
    const doc = toDoc({
      a: new Int32(1),
      b: 2n,
      c: { d: new RawDocument(encodeDocument({ e: 1 })) },
      u: undefined,
    });
    expect([...doc.keys()]).toEqual(['a', 'b', 'c']);
    expect(doc.get('a')).toBe(1);
    expect(doc.get('b')).toEqual(Long.fromNumber(2));
    expect(doc.get('c')).toEqual(new Map([['d', new Map([['e', 1]])]]));
  });

  it('give plain objects in which every name is an ordinary property', () => {
    const doc: Doc = new Map<string, Value>([
      ['__proto__', new Map([['polluted', true]])],
      ['a', [new Map([['b', 1]])]],
    ]);
    const object = fromDoc(doc);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.keys(object)).toEqual(['__proto__', 'a']);
    expect(object['a']).toEqual([{ b: 1 }]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
