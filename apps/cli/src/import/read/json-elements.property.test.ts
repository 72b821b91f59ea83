import { decodeDocument, encodeDocument, stringifyEjson, type Doc } from '@argon/bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MalformedInputError } from '../errors';
import { readJson } from './json';

const document = fc
  .dictionary(
    fc.string(),
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '\\', '{', '}]', '[{', '\\"', '\n', ','),
      fc.integer(),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
    ),
    { maxKeys: 5 },
  )
  .filter((each) => !JSON.stringify(each).includes('"$'))
  .map((each) => decodeDocument(encodeDocument(each)));

/** The same documents as an array or one after another, tight or spread over lines. */
const layout = fc.record({
  array: fc.boolean(),
  indent: fc.constantFrom(0, 2),
  space: fc.constantFrom('', ' ', '\n', '\r\n \t'),
});

function write(
  documents: readonly Doc[],
  { array, indent, space }: { array: boolean; indent: number; space: string },
): string {
  const texts = documents.map((each) => stringifyEjson(each, { indent }));
  if (array) return `${space}[${space}${texts.join(`${space},${space}`)}${space}]${space}`;
  return texts.join(space);
}

async function read(text: Buffer, cuts: readonly number[]): Promise<Uint8Array[]> {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  const chunks = async function* () {
    for (let i = 1; i < places.length; i++) yield text.subarray(places[i - 1], places[i]);
  };
  const documents: Uint8Array[] = [];
  for await (const batch of readJson(chunks(), 'the text')) documents.push(...batch);
  return documents;
}

it('finds the documents, however they are written and in whatever pieces they come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(document, { maxLength: 6 }),
      layout,
      fc.array(fc.nat(), { maxLength: 8 }),
      async (documents, how, cuts) => {
        const found = await read(Buffer.from(write(documents, how)), cuts);
        expect(found.map((bytes) => decodeDocument(bytes))).toEqual(documents);
      },
    ),
  );
});

it('says the same of damaged text, in whatever pieces it comes', async () => {
  const outcome = async (text: Buffer, cuts: readonly number[]) => {
    try {
      return (await read(text, cuts)).length;
    } catch (error) {
      if (!(error instanceof MalformedInputError)) throw error;
      return error.message;
    }
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(document, { minLength: 1, maxLength: 4 }),
      layout,
      fc.nat(),
      fc.constantFrom('', '"', '}', ']', ',', 'x', '\\'),
      fc.array(fc.nat(), { maxLength: 8 }),
      async (documents, how, at, damage, cuts) => {
        const whole = Buffer.from(write(documents, how));
        const place = at % whole.length;
        const text = Buffer.concat([
          whole.subarray(0, place),
          Buffer.from(damage),
          whole.subarray(place + 1),
        ]);
        expect(await outcome(text, cuts)).toBe(await outcome(text, []));
      },
    ),
  );
});

it.each([
  ['[{"a":1},{"b":}]', 1, 15, 2],
  ['{"a":1}\n{"b":1}\n{"c" 1}', 3, 6, 3],
  ['[\n {"ü": 1},\n {"ü": x}]', 3, 8, 2],
  ['[{"ü€😀":1},{"b":}]', 1, 17, 2],
  ['[{"a":1} {"b":1}]', 1, 10, 2],
  ['[{"a":1},]', 1, 10, 2],
  ['[{"a":1}', 1, 9, 2],
  ['[{"a":1}] x', 1, 11, 2],
  ['{"a":1} 5', 1, 9, 2],
  ['{"a":1\n{"b":1}', 2, 1, 1],
  ['{"a":"x\n"}', 1, 8, 1],
  ['[1]', 1, 2, 1],
])('tells where %j is wrong', async (text, line, column, document) => {
  await expect(read(Buffer.from(text), [])).rejects.toMatchObject({ data: { line, column, document } });
});

it('takes nothing, an empty array, a byte order mark', async () => {
  for (const text of ['', ' \n', '[]', '[ ]\n']) expect(await read(Buffer.from(text), [])).toEqual([]);
  expect(await read(Buffer.from('\ufeff{"a":1}'), [1, 2])).toHaveLength(1);
  expect(await read(Buffer.from('\ufeff[{"a":1}]'), [1, 2])).toHaveLength(1);
});
