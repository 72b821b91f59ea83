import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { compileRegex } from '../regex/compile';
import { failedToParse, lengthOperand, typeMismatch, typeName } from './keyword';
import type { Keyword, KeywordContext, SchemaTest } from './keyword';

export const minProperties: Keyword = (operand) => {
  const least = lengthOperand('minProperties', operand);
  return (value) => !(value instanceof Map) || value.size >= least;
};

export const maxProperties: Keyword = (operand) => {
  const most = lengthOperand('maxProperties', operand);
  return (value) => !(value instanceof Map) || value.size <= most;
};

export const required: Keyword = (operand) => {
  if (!Array.isArray(operand)) {
    throw typeMismatch('required', `must be an array, but found an element of type ${typeName(operand)}`);
  }
  if (operand.length === 0) throw failedToParse('required', 'cannot be an empty array');
  const names = operand.map((name) => {
    if (typeof name === 'string') return name;
    throw typeMismatch(
      'required',
      `must be an array of strings, but found an element of type: ${typeName(name)}`,
    );
  });
  if (new Set(names).size < names.length)
    throw failedToParse('required', 'array cannot contain duplicate values');
  return (value) => !(value instanceof Map) || names.every((name) => value.has(name));
};

export const properties: Keyword = (operand, context) => {
  if (!(operand instanceof Map)) throw typeMismatch('properties', 'must be an object');
  const tests = [...operand].map(([name, schema]): [string, SchemaTest] => {
    if (schema instanceof Map) return [name, context.inside(schema)];
    throw new CommandError(
      'TypeMismatch',
      `Nested schema for $jsonSchema property '${name}' must be an object`,
    );
  });
  return (value) => {
    if (!(value instanceof Map)) return true;
    return tests.every(([name, test]) => {
      const inner = value.get(name);
      return inner === undefined || test(inner);
    });
  };
};

export const patternProperties: Keyword = (operand, context) => {
  const patterns = compilePatterns(operand, context);
  return (value) => {
    if (!(value instanceof Map)) return true;
    return [...value].every(([name, inner]) =>
      patterns.every(({ name: pattern, test }) => !pattern.test(name) || test(inner)),
    );
  };
};

function compilePatterns(operand: Value, context: KeywordContext): { name: RegExp; test: SchemaTest }[] {
  if (!(operand instanceof Map)) throw typeMismatch('patternProperties', 'must be an object');
  return [...operand].map(([pattern, schema]) => {
    if (!(schema instanceof Map)) {
      throw typeMismatch('patternProperties', `has property '${pattern}' which is not an object`);
    }
    return { name: compileNamePattern(pattern), test: context.inside(schema) };
  });
}

function compileNamePattern(pattern: string): RegExp {
  try {
    return compileRegex(pattern, '');
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const reason = error.message.replace(/^Regular expression is invalid: /, '');
    throw new CommandError('BadValue', `Invalid regular expression: ${reason}`);
  }
}

/** What neither `properties` nor `patternProperties` speaks of. */
export const additionalProperties: Keyword = (operand, context) => {
  let test: SchemaTest;
  if (typeof operand === 'boolean') test = () => operand;
  else if (operand instanceof Map) test = context.inside(operand);
  else throw typeMismatch('additionalProperties', 'must be an object or a boolean');
  const named = context.schema.get('properties');
  const names = new Set(named instanceof Map ? named.keys() : []);
  const listed = context.schema.get('patternProperties');
  const patterns = listed === undefined ? [] : compilePatterns(listed, context);
  const isAdditional = (name: string) =>
    !names.has(name) && !patterns.some((pattern) => pattern.name.test(name));
  return (value) => {
    if (!(value instanceof Map)) return true;
    return [...value].every(([name, inner]) => !isAdditional(name) || test(inner));
  };
};

export const dependencies: Keyword = (operand, context) => {
  if (!(operand instanceof Map)) throw typeMismatch('dependencies', 'must be an object');
  const tests = [...operand].map(([name, needed]) => ({ name, test: dependency(name, needed, context) }));
  return (value) =>
    !(value instanceof Map) || tests.every(({ name, test }) => !value.has(name) || test(value));
};

function dependency(name: string, needed: Value, context: KeywordContext): SchemaTest {
  if (needed instanceof Map) return context.same(needed);
  const where = `in $jsonSchema keyword 'dependencies'`;
  if (!Array.isArray(needed)) {
    throw new CommandError(
      'TypeMismatch',
      `property '${name}' ${where} must be either an object or an array`,
    );
  }
  if (needed.length === 0) {
    throw new CommandError('FailedToParse', `property '${name}' ${where} cannot be an empty array`);
  }
  const names = new Set<string>();
  for (const item of needed) {
    if (typeof item !== 'string') {
      const complaint = `can only contain strings, but found element of type: ${typeName(item)}`;
      throw new CommandError('TypeMismatch', `array '${name}' ${where} ${complaint}`);
    }
    if (names.has(item)) {
      throw new CommandError('FailedToParse', `array '${name}' ${where} contains duplicate element: ${item}`);
    }
    names.add(item);
  }
  return (value) => value instanceof Map && [...names].every((item) => value.has(item));
}
