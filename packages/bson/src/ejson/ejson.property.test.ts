import fc from 'fast-check';
import { EJSON } from 'bson';
import { expect, it } from 'vitest';
import { decodeDocument } from '../document/decode';
import { encodeDocument } from '../document/encode';
import { documents } from '../testing/arbitrary-values';
import type { Doc } from '../value';
import { EjsonSyntaxError } from './error';
import { parseEjson } from './parse';
import { stringifyEjson } from './stringify';

it.each([0, 2])('canonical text reads back as the same bytes (indent %i)', (indent) => {
  fc.assert(
    fc.property(documents, (doc) => {
      const bytes = Buffer.from(encodeDocument(doc));
      const text = stringifyEjson(decodeDocument(bytes), { relaxed: false, indent });
      expect(Buffer.from(encodeDocument(parseEjson(text) as Doc)).equals(bytes)).toBe(true);
      JSON.parse(text);
    }),
    { numRuns: 300 },
  );
});

it('reads what js-bson writes', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 2, withDate: true }), fc.boolean(), (object, relaxed) => {
      const text = EJSON.stringify(object, { relaxed });
      // An invalid Date, which js-bson writes but cannot read.
      fc.pre(!text.includes('"NaN"'));
      const expected = encodeDocument(EJSON.parse(text, { relaxed: false }) as Record<string, unknown>);
      if (!relaxed) expect(Buffer.compare(encodeDocument(parseEjson(text) as Doc), expected)).toBe(0);
      else expect(parseEjson(text)).toBeInstanceOf(Map);
    }),
    { numRuns: 200 },
  );
});

it('malformed text gives EjsonSyntaxError and nothing else', () => {
  fc.assert(
    fc.property(documents, fc.nat(), fc.string({ maxLength: 2 }), (doc, at, inserted) => {
      const text = stringifyEjson(doc);
      const position = at % (text.length + 1);
      const changed = text.slice(0, position) + inserted + text.slice(position + 1);
      try {
        parseEjson(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(EjsonSyntaxError);
      }
    }),
    { numRuns: 1000 },
  );
});
