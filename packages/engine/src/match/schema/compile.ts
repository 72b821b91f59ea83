import type { Doc } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { additionalItems, items, maxItems, minItems, uniqueItems } from './arrays';
import type { Keyword, KeywordContext, SchemaTest } from './keyword';
import { allOf, annotation, anyOf, enumeration, not, oneOf, unsupported } from './logic';
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

/** JSON Schema draft 4 as mongod has it: `bsonType` added, `integer`, `$ref`, `format` and a few more left out. */
const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['type', type],
  ['bsonType', bsonType],
  ['enum', enumeration],
  ['minimum', minimum],
  ['maximum', maximum],
  ['exclusiveMinimum', exclusiveMinimum],
  ['exclusiveMaximum', exclusiveMaximum],
  ['multipleOf', multipleOf],
  ['minLength', minLength],
  ['maxLength', maxLength],
  ['pattern', pattern],
  ['items', items],
  ['additionalItems', additionalItems],
  ['minItems', minItems],
  ['maxItems', maxItems],
  ['uniqueItems', uniqueItems],
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
  ['title', annotation],
  ['description', annotation],
  ...['$ref', '$schema', 'default', 'definitions', 'format', 'id', 'encrypt', 'encryptMetadata'].map(
    (name): [string, Keyword] => [name, unsupported],
  ),
]);

/**
 * Compiles a JSON schema for documents.
 *
 * @throws CommandError with mongod's code and message for schemas that mongod refuses.
 */
export function compileSchema(schema: Doc): SchemaTest {
  return compile(schema, true);
}

function compile(schema: Doc, isRoot: boolean): SchemaTest {
  const tests: SchemaTest[] = [];
  for (const keyword of schema.keys()) {
    if (!KEYWORDS.has(keyword))
      throw new CommandError('FailedToParse', `Unknown $jsonSchema keyword: ${keyword}`);
  }
  for (const [keyword, operand] of schema) {
    const context: KeywordContext = {
      keyword,
      schema,
      isRoot,
      inside: (inner) => compile(inner, false),
      same: (other) => compile(other, isRoot),
    };
    const test = KEYWORDS.get(keyword)!(operand, context);
    if (test) tests.push(test);
  }
  return (value) => tests.every((test) => test(value));
}
