import type { Doc, Value } from '@argon/bson';
import { compileRegex } from '../match/regex/compile';
import { annotations, details } from './considered';

/** The rules of a schema that a value does not hold to. */
type Rules = (schema: Doc, value: Value) => Doc[];

/** Of each pattern, the first property that it takes in and that fails. */
export function explainPatterns(patterns: Doc, document: Doc, rulesOf: Rules): Doc {
  const failed = [...patterns].flatMap(([pattern, schema]): Value[] => {
    for (const [property, value] of document) {
      if (!isMatched(property, pattern)) continue;
      const rules = rulesOf(schema as Doc, value);
      if (rules.length === 0) continue;
      return [
        details(
          ['propertyName', property],
          ...annotations(schema as Doc),
          ['regexMatched', pattern],
          ['details', rules],
        ),
      ];
    }
    return [];
  });
  return details(['operatorName', 'patternProperties'], ['details', failed]);
}

export function explainAdditionalProperties(operand: Value, schema: Doc, document: Doc, rulesOf: Rules): Doc {
  const name = ['operatorName', 'additionalProperties'] as const;
  const properties = schema.get('properties');
  const patterns = schema.get('patternProperties');
  const additional = [...document].filter(
    ([property]) =>
      !(properties instanceof Map && properties.has(property)) &&
      !(patterns instanceof Map && [...patterns.keys()].some((pattern) => isMatched(property, pattern))),
  );
  if (operand === false) {
    return details(
      name,
      ['specifiedAs', new Map([['additionalProperties', operand]])],
      ['additionalProperties', additional.map(([property]) => property)],
    );
  }
  for (const [property, value] of additional) {
    const rules = rulesOf(operand as Doc, value);
    if (rules.length === 0) continue;
    return details(
      name,
      ...annotations(operand as Doc),
      ['reason', 'at least one additional property did not match the subschema'],
      ['failingProperty', property],
      ['details', rules],
    );
  }
  return details(name);
}

/** `dependencies`: of properties on others, or on a schema. */
export function explainDependencies(dependencies: Doc, document: Doc, rulesOf: Rules): Doc {
  const failing = [...dependencies].flatMap(([property, dependency]): Value[] => {
    if (!document.has(property)) return [];
    const condition = ['conditionalProperty', property] as const;
    if (Array.isArray(dependency)) {
      const missing = (dependency as string[]).filter((each) => !document.has(each));
      return missing.length === 0 ? [] : [details(condition, ['missingProperties', missing])];
    }
    const rules = rulesOf(dependency as Doc, document);
    return rules.length === 0
      ? []
      : [details(condition, ...annotations(dependency as Doc), ['details', rules])];
  });
  return details(['operatorName', 'dependencies'], ['failingDependencies', failing]);
}

function isMatched(property: string, pattern: string): boolean {
  return compileRegex(pattern, '').test(property);
}
