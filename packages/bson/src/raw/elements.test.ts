import { describe, expect, it } from 'vitest';
import { decodeDocument } from '../document/decode';
import { encodeDocument } from '../document/encode';
import { validateDocument } from '../document/validate';
import { BsonFormatError } from '../errors';
import { documentAt, elements, elementValue, findElement } from './elements';
import { documentId, withIdFirst } from './id';

const bytes = encodeDocument({ _id: 7, ab: 'x', a: { é: 1, b: [10, 20] }, é: 2, 'Ã©': 3 });

function value(name: string): unknown {
  const element = findElement(bytes, name);
  return element && elementValue(bytes, element);
}

describe('findElement', () => {
  it('finds by the whole name', () => {
    expect(value('ab')).toBe('x');
    expect(value('a')).toBeInstanceOf(Map);
    expect(value('b')).toBeUndefined();
    expect(value('abc')).toBeUndefined();
    expect(value('')).toBeUndefined();
    expect(value('ab\0')).toBeUndefined();
  });

  it('compares names beyond ASCII by their UTF-8', () => {
    expect(value('é')).toBe(2);
    expect(value('Ã©')).toBe(3);
    expect(value('ü')).toBeUndefined();
  });

  it('searches embedded documents at their offset', () => {
    const outer = findElement(bytes, 'a')!;
    const list = findElement(bytes, 'b', outer.start)!;
    expect(elementValue(bytes, findElement(bytes, '1', list.start)!)).toBe(20);
    expect(decodeDocument(documentAt(bytes, outer)).get('b')).toEqual([10, 20]);
    expect([...elements(bytes, list.start)].map((item) => item.name)).toEqual(['0', '1']);
  });

  it('refuses to see a document in something else', () => {
    expect(() => documentAt(bytes, findElement(bytes, 'ab')!)).toThrow(BsonFormatError);
  });
});

describe('documentId and withIdFirst', () => {
  it('read the _id', () => {
    expect(documentId(bytes)).toBe(7);
    expect(documentId(encodeDocument({ a: 1 }))).toBeUndefined();
    expect(documentId(encodeDocument({ _id: null }))).toBeNull();
  });

  it('leave it, move it or add it', () => {
    expect(withIdFirst(bytes)).toBe(bytes);
    const moved = withIdFirst(encodeDocument({ a: 1, _id: 'x', b: 2 }));
    expect([...decodeDocument(moved)]).toEqual([
      ['_id', 'x'],
      ['a', 1],
      ['b', 2],
    ]);
    const added = withIdFirst(encodeDocument({ a: 1 }), 'given');
    expect([...decodeDocument(added)]).toEqual([
      ['_id', 'given'],
      ['a', 1],
    ]);
    expect(documentId(withIdFirst(encodeDocument({})))).toHaveProperty('_bsontype', 'ObjectId');
  });
});

describe('a name without an end', () => {
  it('is refused also where the type has no value', () => {
    const bytes = Buffer.from(encodeDocument({ _id: [], $set: null }));
    // The name's closing zero overwritten: the name would run on into the document's own.
    const zero = bytes.length - 2;
    expect(bytes[zero]).toBe(0);
    bytes[zero] = 1;
    expect(() => validateDocument(bytes)).toThrowError(
      expect.objectContaining({ code: 'ARGON_BSON_FORMAT' }),
    );
    expect(() => [...elements(bytes)]).toThrowError(expect.objectContaining({ code: 'ARGON_BSON_FORMAT' }));
  });
});
