import fc from 'fast-check';
import { expect, it } from 'vitest';
import { values } from '../testing/arbitrary-values';
import { encodeKey, idKey } from './encode-key';
import { splitKey } from './split-key';

it('gives back the keys of the single values, whatever their directions', () => {
  const value = fc.option(values, { nil: undefined });
  const field = fc.tuple(value, fc.constantFrom<1 | -1>(1, -1));
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 4 }), (fields) => {
      const directions = fields.map(([, direction]) => direction);
      const key = encodeKey(
        fields.map(([each]) => each),
        directions,
      );
      expect(splitKey(key, directions)).toEqual(fields.map(([each]) => idKey(each)));
    }),
    { numRuns: 3000 },
  );
});
