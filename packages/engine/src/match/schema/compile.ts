import type { Doc } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { additionalItems, items, maxItems, minItems, uniqueItems } from './arrays';
import { failedToParse } from './keyword';
import type { Keyword, KeywordContext, SchemaTest } from './keyword';
import { allOf, annotation, anyOf, enumeration, not, oneOf } from './logic';
import { exclusiveMaximum, exclusiveMinimum, maximum, minimum, multipleOf } from './numbers';
import {
  additionalProperties,
  dependencies,
  maxProperties,
  minProperties,
  patternProperties,
  properties,
  required,
} from './objects';
import { maxLength, minLength, pattern } from './strings';
import { bsonType, type } from './type';

/**
 * JSON Schema draft 4 as mongod has it: `bsonType` added, `integer`, `$ref`, `format` and a few more left out. In the
 * order in which mongod looks at them, which decides what it complains of first.
 */
const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['description', annotation],
  ['title', annotation],
  ['type', type],
  ['bsonType', bsonType],
  ['pattern', pattern],
  ['maxLength', maxLength],
  ['minLength', minLength],
  ['multipleOf', multipleOf],
  ['maximum', maximum],
  ['exclusiveMaximum', exclusiveMaximum],
  ['minimum', minimum],
  ['exclusiveMinimum', exclusiveMinimum],
  ['minItems', minItems],
  ['maxItems', maxItems],
  ['uniqueItems', uniqueItems],
  ['items', items],
  ['additionalItems', additionalItems],
  ['required', required],
  ['properties', properties],
  ['patternProperties', patternProperties],
  ['additionalProperties', additionalProperties],
  ['minProperties', minProperties],
  ['maxProperties', maxProperties],
  ['dependencies', dependencies],
  ['allOf', allOf],
  ['anyOf', anyOf],
  ['oneOf', oneOf],
  ['not', not],
  ['enum', enumeration],
]);

/** Keywords that mongod knows and refuses; and those of client-side encryption, which Argon refuses. */
const UNSUPPORTED = new Set([
  '$ref',
  '$schema',
  'default',
  'definitions',
  'format',
  'id',
  'encrypt',
  'encryptMetadata',
]);

/**
 * Compiles a JSON schema for documents.
 *
 * @throws CommandError with mongod's code and message for schemas that mongod refuses.
 */
export function compileSchema(schema: Doc): SchemaTest {
  return compile(schema, true);
}

/** The same for values inside of documents. */
export function compileSubschema(schema: Doc): SchemaTest {
  return compile(schema, false);
}

function compile(schema: Doc, isRoot: boolean): SchemaTest {
  const tests: SchemaTest[] = [];
  for (const keyword of schema.keys()) {
    if (UNSUPPORTED.has(keyword)) throw failedToParse(keyword, 'is not currently supported');
    if (!KEYWORDS.has(keyword))
      throw new CommandError('FailedToParse', `Unknown $jsonSchema keyword: ${keyword}`);
  }
  for (const [keyword, compileKeyword] of KEYWORDS) {
    const operand = schema.get(keyword);
    if (operand === undefined) continue;
    const context: KeywordContext = {
      keyword,
      schema,
      isRoot,
      inside: (inner) => compile(inner, false),
      same: (other) => compile(other, isRoot),
    };
    const test = compileKeyword(operand, context);
    if (test) tests.push(test);
  }
  return (value) => tests.every((test) => test(value));
}
