import type { ShellCommand } from './transcript';

const commands: ShellCommand[] = [];

/** A collection with this validator, and documents that it should refuse. */
function refused(validator: object, ...documents: object[]): void {
  const name = `v${commands.length}`;
  commands.push({ create: name, validator });
  for (const document of documents) commands.push({ insert: name, documents: [{ _id: 1, ...document }] });
}

function refusedBy(schema: object, ...documents: object[]): void {
  refused({ $jsonSchema: schema }, ...documents);
}

refused({ a: 5 }, { a: 3 }, {}, { a: [1, 2] }, { a: null });
refused({ a: { $gt: 5 } }, { a: 3 }, {}, { a: 'x' }, { a: [1, 2] });
refused({ a: { $gt: 5, $lt: 10 } }, { a: 3 }, { a: 20 });
refused({ a: { $gt: 5 }, b: 1 }, { a: 3, b: 2 }, { a: 6, b: 2 });
refused({ $and: [{ a: 1 }, { b: 1 }] }, { a: 2, b: 2 }, { a: 1 });
refused({ $or: [{ a: 1 }, { b: 1 }] }, { a: 2, b: 2 });
refused({ $nor: [{ a: 1 }, { b: 1 }] }, { a: 1, b: 2 }, { a: 1, b: 1 });
refused({ a: { $not: { $gt: 5 } } }, { a: 7 });
refused({ a: { $in: [1, 2] } }, { a: 3 }, {}, { a: [4, 5] });
refused({ a: { $nin: [1, 2] } }, { a: 1 }, { a: [1, 7] });
refused({ a: { $ne: 1 } }, { a: 1 });
refused({ a: { $exists: true } }, { b: 1 });
refused({ a: { $exists: false } }, { a: 1 });
refused({ a: { $type: 'string' } }, { a: 1 }, {}, { a: [1] });
refused({ a: { $type: ['string', 'int'] } }, { a: 1.5 });
refused({ a: { $size: 2 } }, { a: [1] }, { a: 1 }, {});
refused({ a: { $all: [1, 2] } }, { a: [1] }, {});
refused({ a: { $elemMatch: { $gt: 1, $lt: 5 } } }, { a: [9] }, { a: 1 }, {});
refused({ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }] });
refused({ a: { $regex: '^x' } }, { a: 'y' }, { a: 1 }, {}, { a: ['b'] });
refused({ a: { $regex: '^x', $options: 'i' } }, { a: 'y' });
refused({ a: { $mod: [3, 1] } }, { a: 3 }, { a: 'x' }, {});
refused({ a: { $bitsAllSet: 5 } }, { a: 2 }, { a: 'x' });
refused({ $expr: { $gt: ['$a', 5] } }, { a: 3 });
refused({ $expr: { $eq: ['$a', '$b'] }, c: 1 }, { a: 3, c: 1 });
refused({ 'a.b': 1 }, { a: { b: 2 } }, { a: [{ b: 2 }, { b: 3 }] }, {});
refused({}, { a: 1 });
refused({ $comment: 'x', a: 1 }, { a: 2 });
refused({ a: { $eq: null } }, { a: 1 });
refused({ $or: [{ a: 1, b: 1 }, { $and: [{ c: 1 }] }] }, { a: 1 });
refusedBy({ required: ['a', 'b'] }, { a: 1 }, {});
refusedBy(
  { bsonType: 'object', required: ['a'], properties: { a: { bsonType: 'int', minimum: 0 } } },
  { a: -1 },
  {},
  { a: 'x' },
  { a: 1.5 },
);
refusedBy({ properties: { a: { type: 'string' } } }, { a: 1 });
refusedBy({ properties: { a: { bsonType: ['string', 'int'] } } }, { a: 1.5 });
refusedBy({ properties: { a: { minimum: 5 } } }, { a: 3 });
refusedBy({ properties: { a: { minimum: 5, exclusiveMinimum: true } } }, { a: 5 });
refusedBy({ properties: { a: { maximum: 5 } } }, { a: 7 });
refusedBy({ properties: { a: { maximum: 5, exclusiveMaximum: true } } }, { a: 5 });
refusedBy({ properties: { a: { minLength: 3 } } }, { a: 'x' });
refusedBy({ properties: { a: { maxLength: 3 } } }, { a: 'xxxx' });
refusedBy({ properties: { a: { pattern: '^x' } } }, { a: 'y' });
refusedBy({ properties: { a: { multipleOf: 3 } } }, { a: 4 });
refusedBy({ properties: { a: { enum: [1, 'x'] } } }, { a: 3 });
refusedBy({ enum: [{ _id: 1 }] }, { a: 1 });
refusedBy({ properties: { a: { minItems: 2 } } }, { a: [1] });
refusedBy({ properties: { a: { maxItems: 1 } } }, { a: [1, 2] });
refusedBy({ properties: { a: { uniqueItems: true } } }, { a: [1, 2, 1, 2] });
refusedBy({ properties: { a: { items: { bsonType: 'int' } } } }, { a: [1, 'x', 2, 'y'] });
refusedBy({ properties: { a: { items: [{ bsonType: 'int' }, { bsonType: 'string' }] } } }, { a: ['x', 1] });
refusedBy({ properties: { a: { items: [{ bsonType: 'int' }], additionalItems: false } } }, { a: [1, 2, 3] });
refusedBy(
  { properties: { a: { items: [{ bsonType: 'int' }], additionalItems: { bsonType: 'int' } } } },
  { a: [1, 'x', 3] },
);
refusedBy({ minProperties: 3 }, { a: 1 });
refusedBy({ maxProperties: 1 }, { a: 1 });
refusedBy({ properties: { _id: {}, a: {} }, additionalProperties: false }, { a: 1, b: 2, c: 3 });
refusedBy(
  { properties: { _id: {}, a: {} }, additionalProperties: { bsonType: 'int' } },
  { a: 1, b: 'x', c: 3 },
);
refusedBy({ patternProperties: { '^s': { bsonType: 'string' } } }, { s1: 1, s2: 2 });
refusedBy(
  { patternProperties: { '^s': { bsonType: 'string' }, '^_': {} }, additionalProperties: false },
  { s1: 'x', t: 2 },
);
refusedBy({ dependencies: { a: ['b', 'c'] } }, { a: 1, b: 1 });
refusedBy({ dependencies: { a: { required: ['b'] } } }, { a: 1 });
refusedBy({ allOf: [{ required: ['a'] }, { required: ['b'] }] }, {});
refusedBy({ anyOf: [{ required: ['a'] }, { required: ['b'] }] }, {});
refusedBy({ oneOf: [{ required: ['a'] }, { required: ['b'] }] }, {}, { a: 1, b: 1 });
refusedBy({ not: { required: ['a'] } }, { a: 1 });
refusedBy(
  { title: 'T', description: 'D', properties: { a: { bsonType: 'int', title: 'ta', description: 'da' } } },
  { a: 'x' },
);
refusedBy(
  {
    properties: {
      a: {
        bsonType: 'object',
        required: ['b'],
        properties: { b: { bsonType: 'int', description: 'must be int' } },
      },
    },
  },
  { a: { b: 'x' } },
  { a: {} },
  { a: 1 },
);
refusedBy(
  { properties: { a: { bsonType: 'array', items: { bsonType: 'object', required: ['x'] } } } },
  { a: [{ x: 1 }, { y: 1 }] },
  { a: [1] },
);
refusedBy({ properties: { a: { not: { bsonType: 'int' } } } }, { a: 1 });
refusedBy({ properties: { a: { anyOf: [{ bsonType: 'int' }, { minLength: 3 }] } } }, { a: 'x' });
refusedBy({ properties: { a: { oneOf: [{ bsonType: 'int' }, { minimum: 3 }] } } }, { a: 5 });
refusedBy({ properties: { a: { allOf: [{ bsonType: 'int' }, { minimum: 3 }] } } }, { a: 'x' }, { a: 1 });
refused({ $jsonSchema: { required: ['a'] }, b: 1 }, { b: 2 });
refused({ $and: [{ $jsonSchema: { required: ['a'] } }, { b: 1 }] }, { b: 2 });
refused({ $nor: [{ $jsonSchema: { required: ['a'] } }] }, { a: 2 });
refused({ $or: [{ $jsonSchema: { required: ['a'] } }, { b: 1 }] }, { b: 2 });
refusedBy({ bsonType: 'array' }, { a: 1 });
refusedBy({ properties: { a: { bsonType: 'number' } } }, { a: 'x' });
refusedBy({ properties: { a: { type: 'number' } } }, { a: 'x' });
refusedBy({ properties: { a: { type: ['number', 'null'] } } }, { a: 'x' });
refusedBy({ properties: { a: { bsonType: 'int', enum: [1, 2] } } }, { a: 3 }, { a: 'x' });
refusedBy(
  { required: ['a'], minProperties: 5, properties: { b: { bsonType: 'int' }, c: { bsonType: 'int' } } },
  { b: 'x', c: 'y' },
);

/** What errors of validation say of the document, clause by clause. */
export const VALIDATOR_CASES: Readonly<Record<string, readonly ShellCommand[]>> = {
  'what failed, in detail': commands,
  'levels, actions and ways around': [
    { insert: 'c', documents: [{ _id: 1, a: 'old' }] },
    { collMod: 'c', validator: { a: { $type: 'int' } }, validationLevel: 'moderate' },
    { update: 'c', updates: [{ q: { _id: 1 }, u: { $set: { b: 1 } } }] },
    { insert: 'c', documents: [{ _id: 2, a: 'new' }] },
    { insert: 'c', documents: [{ _id: 2, a: 1 }] },
    { update: 'c', updates: [{ q: { _id: 2 }, u: { $set: { a: 'x' } } }] },
    { collMod: 'c', validationLevel: 'strict' },
    { update: 'c', updates: [{ q: { _id: 1 }, u: { $set: { b: 2 } } }] },
    { update: 'c', updates: [{ q: { _id: 9 }, u: { $set: { b: 2 } }, upsert: true }] },
    { insert: 'c', documents: [{ _id: 3, a: 'x' }], bypassDocumentValidation: true },
    { insert: 'c', documents: [{ _id: 4, a: 'x' }], bypassDocumentValidation: false },
    { update: 'c', updates: [{ q: { _id: 1 }, u: { $set: { b: 3 } } }], bypassDocumentValidation: true },
    {
      findAndModify: 'c',
      query: { _id: 1 },
      update: { $set: { b: 4 } },
      bypassDocumentValidation: true,
      fields: { b: 1 },
    },
    {
      aggregate: 'c',
      pipeline: [{ $match: { _id: 1 } }, { $set: { b: 5 } }, { $merge: 'c' }],
      cursor: {},
      bypassDocumentValidation: true,
    },
    { collMod: 'c', validationAction: 'warn' },
    { insert: 'c', documents: [{ _id: 5, a: 'x' }] },
    { collMod: 'c', validationAction: 'error', validationLevel: 'off' },
    { insert: 'c', documents: [{ _id: 6, a: 'x' }] },
    { find: 'c', sort: { _id: 1 } },
  ],
};
