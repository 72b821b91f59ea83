import { describe, expect, it } from 'vitest';
import { BsonFormatError } from '../errors';
import { encodeDocument } from './encode';
import { validateDocument } from './validate';

describe('validateDocument', () => {
  it('takes a document and nothing more', () => {
    const bytes = encodeDocument({ a: [1, { b: 'é' }] });
    validateDocument(bytes);
    expect(() => validateDocument(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(/1 bytes follow/);
  });

  it('limits nesting', () => {
    let nested: object = {};
    for (let level = 1; level < 200; level++) nested = { a: nested };
    validateDocument(encodeDocument(nested as never));
    expect(() => validateDocument(encodeDocument({ a: nested }))).toThrow(/nested/);
    expect(() => validateDocument(encodeDocument({ a: [1] }), { maxDepth: 1 })).toThrow(/nested/);
  });

  it.each([
    ['boolean 2', '0900000008760002' + '00'],
    ['string without zero byte', '0e00000002760002000000' + '6161' + '00'],
    ['string not UTF-8', '0e00000002760002000000' + 'ff00' + '00'],
    ['name not UTF-8', '080000000aff0000'],
    ['regular expression not UTF-8', '0b0000000b7600ff000000'],
  ])('refuses %s', (_name, hex) => {
    expect(() => validateDocument(Buffer.from(hex, 'hex'))).toThrow(BsonFormatError);
  });

  it('says where', () => {
    try {
      validateDocument(Buffer.from('0900000008760002' + '00', 'hex'));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'ARGON_BSON_FORMAT', data: { offset: 7 } });
    }
  });
});
