import { bsonTypeName, encodeKey, type Doc, type Value } from '@argon/bson';
import { compileSubschema } from '../match/schema/compile';
import { annotations, details } from './considered';
import { explainAdditionalProperties, explainDependencies, explainPatterns } from './explain-properties';

/** Why a document does not hold to a schema: `{operatorName: '$jsonSchema', schemaRulesNotSatisfied}`. */
export function explainSchema(schema: Doc, document: Doc): Doc {
  const rules = explainRules(schema, document, true);
  if (rules.length === 0) {
    return details(
      ['operatorName', '$jsonSchema'],
      ['specifiedAs', new Map([['$jsonSchema', schema]])],
      ['reason', 'expression always evaluates to false'],
    );
  }
  return details(['operatorName', '$jsonSchema'], ...annotations(schema), ['schemaRulesNotSatisfied', rules]);
}

/** In the order in which mongod looks at them. */
const KEYWORDS = [
  'pattern',
  'maxLength',
  'minLength',
  'multipleOf',
  'maximum',
  'minimum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'items',
  'additionalItems',
  'properties',
  'patternProperties',
  'additionalProperties',
  'required',
  'minProperties',
  'maxProperties',
  'dependencies',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'enum',
  'type',
  'bsonType',
] as const;

/** Keywords that mean something only beside others. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  maximum: ['exclusiveMaximum'],
  minimum: ['exclusiveMinimum'],
  additionalItems: ['items'],
  additionalProperties: ['properties', 'patternProperties'],
};

/** The rules of a schema that a value does not hold to. The root's type is that of every document, and no rule. */
function explainRules(schema: Doc, value: Value, isRoot = false): Doc[] {
  const failed: Doc[] = [];
  for (const keyword of KEYWORDS) {
    const operand = schema.get(keyword);
    if (operand === undefined || (isRoot && (keyword === 'type' || keyword === 'bsonType'))) continue;
    const rule: Doc = new Map([[keyword, operand]]);
    for (const other of BESIDE[keyword] ?? []) {
      const beside = schema.get(other);
      // Of the others, only which fields they are about.
      if (beside !== undefined) rule.set(other, emptied(other, beside));
    }
    if (!compileSubschema(rule)(value)) failed.push(explainRule(keyword, operand, schema, value));
  }
  return failed;
}

/** `items`, `properties` and `patternProperties` that everything holds to. */
function emptied(keyword: string, operand: Value): Value {
  if (keyword === 'items') return Array.isArray(operand) ? operand.map(() => new Map()) : new Map();
  if (!(operand instanceof Map)) return operand;
  return new Map([...operand.keys()].map((name) => [name, new Map()]));
}

const REASONS: Readonly<Record<string, string>> = {
  pattern: 'regular expression did not match',
  maxLength: 'specified string length was not satisfied',
  minLength: 'specified string length was not satisfied',
  multipleOf: 'considered value is not a multiple of the specified value',
  maximum: 'comparison failed',
  minimum: 'comparison failed',
  minItems: 'array did not match specified length',
  maxItems: 'array did not match specified length',
  uniqueItems: 'found a duplicate item',
  minProperties: 'specified number of properties was not satisfied',
  maxProperties: 'specified number of properties was not satisfied',
  enum: 'value was not found in enum',
  type: 'type did not match',
  bsonType: 'type did not match',
};

function explainRule(keyword: string, operand: Value, schema: Doc, value: Value): Doc {
  const name = ['operatorName', keyword] as const;
  const specified = ['specifiedAs', new Map([[keyword, operand]])] as const;
  const reason = ['reason', REASONS[keyword] ?? ''] as const;
  const considered = ['consideredValue', value] as const;
  const list = Array.isArray(value) ? value : [];
  const document: Doc = value instanceof Map ? value : new Map();
  switch (keyword) {
    case 'maximum':
    case 'minimum':
      return details(name, ['specifiedAs', withExclusive(keyword, operand, schema)], reason, considered);
    case 'minItems':
    case 'maxItems':
      return details(name, specified, reason, considered, ['numberOfItems', list.length]);
    case 'uniqueItems':
      return details(name, specified, reason, considered, ['duplicatedValue', firstDuplicate(list)]);
    case 'items':
    case 'additionalItems':
      return explainItems(keyword, operand, schema, list);
    case 'properties':
      return details(name, ['propertiesNotSatisfied', explainProperties(operand as Doc, document)]);
    case 'patternProperties':
      return explainPatterns(operand as Doc, document, explainRules);
    case 'additionalProperties':
      return explainAdditionalProperties(operand, schema, document, explainRules);
    case 'required':
      return details(name, specified, [
        'missingProperties',
        (operand as string[]).filter((property) => !document.has(property)).sort(),
      ]);
    case 'minProperties':
    case 'maxProperties':
      return details(name, specified, reason, ['numberOfProperties', document.size]);
    case 'dependencies':
      return explainDependencies(operand as Doc, document, explainRules);
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return explainAlternatives(keyword, operand as Doc[], value);
    case 'not':
      return details(name, ['reason', 'child expression matched']);
    case 'type':
    case 'bsonType':
      return details(name, specified, reason, considered, ['consideredType', bsonTypeName(value)]);
    default:
      return details(name, specified, reason, considered);
  }
}

function withExclusive(keyword: string, operand: Value, schema: Doc): Doc {
  const exclusive = keyword === 'maximum' ? 'exclusiveMaximum' : 'exclusiveMinimum';
  const given = schema.get(exclusive);
  return new Map([[keyword, operand], ...(given === undefined ? [] : ([[exclusive, given]] as const))]);
}

function firstDuplicate(items: readonly Value[]): Value {
  const seen = new Set<string>();
  for (const item of items) {
    const key = encodeKey([item]);
    if (seen.has(key)) return item;
    seen.add(key);
  }
  return null;
}

function explainProperties(properties: Doc, document: Doc): Value[] {
  return [...properties].flatMap(([property, schema]): Value[] => {
    const value = document.get(property);
    if (value === undefined) return [];
    const rules = explainRules(schema as Doc, value);
    if (rules.length === 0) return [];
    return [details(['propertyName', property], ...annotations(schema as Doc), ['details', rules])];
  });
}

function explainItems(keyword: string, operand: Value, schema: Doc, items: readonly Value[]): Doc {
  const name = ['operatorName', keyword] as const;
  const listed = schema.get('items');
  const from = keyword === 'additionalItems' && Array.isArray(listed) ? listed.length : 0;
  if (operand === false) {
    return details(
      name,
      ['specifiedAs', new Map([[keyword, operand]])],
      ['reason', 'found additional items'],
      ['additionalItems', items.slice(from)],
    );
  }
  if (Array.isArray(operand)) {
    const failed = operand.flatMap((each, itemIndex): Value[] => {
      const item = items[itemIndex];
      const rules = item === undefined ? [] : explainRules(each as Doc, item);
      return rules.length === 0
        ? []
        : [details(['itemIndex', itemIndex], ...annotations(each as Doc), ['details', rules])];
    });
    return details(name, ['details', failed]);
  }
  const itemIndex = items.findIndex(
    (item, at) => at >= from && explainRules(operand as Doc, item).length > 0,
  );
  const what = keyword === 'items' ? 'item' : 'additional item';
  return details(
    name,
    ...annotations(operand as Doc),
    ['reason', `At least one ${what} did not match the sub-schema`],
    ['itemIndex', itemIndex],
    ['details', explainRules(operand as Doc, items[itemIndex]!)],
  );
}

function explainAlternatives(keyword: string, schemas: readonly Doc[], value: Value): Doc {
  const name = ['operatorName', keyword] as const;
  const rules = schemas.map((schema) => explainRules(schema, value));
  const matching = rules.flatMap((failed, index) => (failed.length === 0 ? [index] : []));
  if (keyword === 'oneOf' && matching.length > 1) {
    return details(name, ['reason', 'more than one subschema matched'], ['matchingSchemaIndexes', matching]);
  }
  const failed = rules.flatMap((each, index): Value[] =>
    each.length === 0 ? [] : [details(['index', index], ...annotations(schemas[index]!), ['details', each])],
  );
  return details(name, ['schemasNotSatisfied', failed]);
}
