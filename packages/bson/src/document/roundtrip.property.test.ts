import { deserialize, serialize } from 'bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BsonFormatError } from '../errors';
import { elements, elementValue, findElement } from '../raw/elements';
import { documents } from '../testing/arbitrary-values';
import { decodeDocument } from './decode';
import { encodeDocument } from './encode';
import { validateDocument } from './validate';

const plainObjects = fc.object({
  maxDepth: 3,
  values: [
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.date({ noInvalidDate: true }),
    fc.constant(null),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  ],
});

it('decoding and encoding gives the same bytes', () => {
  fc.assert(
    fc.property(documents, (doc) => {
      const bytes = Buffer.from(encodeDocument(doc));
      validateDocument(bytes);
      const decoded = decodeDocument(bytes);
      expect(Buffer.compare(Buffer.from(encodeDocument(decoded)), bytes)).toBe(0);
      expect([...decoded.keys()]).toEqual([...doc.keys()]);
    }),
    { numRuns: 500 },
  );
});

it('agrees with js-bson on plain objects', () => {
  fc.assert(
    fc.property(plainObjects, (object) => {
      const bytes = Buffer.from(serialize(object));
      expect(Buffer.compare(Buffer.from(encodeDocument(object)), bytes)).toBe(0);
      expect(Buffer.compare(Buffer.from(encodeDocument(decodeDocument(bytes))), bytes)).toBe(0);
      expect(Object.keys(deserialize(bytes)).sort()).toEqual([...decodeDocument(bytes).keys()].sort());
    }),
    { numRuns: 300 },
  );
});

it('raw access sees what decoding sees', () => {
  fc.assert(
    fc.property(documents, (doc) => {
      const bytes = encodeDocument(doc);
      const decoded = decodeDocument(bytes);
      const found = [...elements(bytes)];
      expect(found.map((element) => element.name)).toEqual([...decoded.keys()]);
      for (const element of found) {
        expect(elementValue(bytes, element)).toEqual(decoded.get(element.name));
        expect(findElement(bytes, element.name)).toEqual(element);
      }
      expect(findElement(bytes, 'a name that no document has')).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

it('damaged bytes give BsonFormatError and nothing else, and what is valid decodes', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(documents, damage, fc.nat({ max: 10 }), (doc, changes, cut) => {
      const whole = Buffer.from(encodeDocument(doc));
      for (const [at, byte] of changes) whole[at % whole.length] = byte;
      const bytes = whole.subarray(0, Math.max(0, whole.length - Math.max(0, cut - 7)));
      let valid = true;
      for (const read of [
        validateDocument,
        decodeDocument,
        (b: Buffer) => [...elements(b)],
        (b: Buffer) => findElement(b, 'zz'),
      ]) {
        try {
          read(bytes);
        } catch (error) {
          if (read === validateDocument) valid = false;
          expect(error).toBeInstanceOf(BsonFormatError);
          expect(valid).toBe(false);
        }
      }
    }),
    { numRuns: 2000 },
  );
});
