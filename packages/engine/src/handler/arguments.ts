import { bsonTypeName, isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError } from './errors';

/** What a field may hold; `safe` ones take any number, as mongod's argument parsers have it. */
export type ArgumentType = 'string' | 'object' | 'array' | 'bool' | 'safeBool' | 'safeInt' | 'any';

/** The fields of a command or of a document in one, and what each may hold. */
export type ArgumentRules = Readonly<Record<string, ArgumentType>>;

const NUMBERS = ['long', 'int', 'decimal', 'double'];

/** The same for a whole command, which is read field by field. */
interface Fields {
  get(field: string): Value | undefined;
}

/**
 * Checks the types of what is given, as mongod's argument parsers do: null stands for what is absent.
 * @param where the path that messages begin with: `create`, `collMod.index`
 * @throws CommandError TypeMismatch, and 40414 for a required field that is missing
 */
export function checkTypes(
  given: Fields,
  where: string,
  rules: ArgumentRules,
  required: readonly string[] = [],
): void {
  for (const [field, type] of Object.entries(rules)) {
    const value = given.get(field);
    if (value !== undefined && value !== null) checkType(value, `${where}.${field}`, type);
  }
  for (const field of required) {
    if ((given.get(field) ?? null) === null) {
      throw new CommandError(40414, `BSON field '${where}.${field}' is missing but a required field`);
    }
  }
}

/** As `checkTypes`, of a document that may have no other fields. @throws CommandError 40415 for one more */
export function checkDocument(
  given: Doc,
  where: string,
  rules: ArgumentRules,
  required: readonly string[] = [],
): void {
  for (const [field, value] of given) {
    const type = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (type === undefined) {
      throw new CommandError(40415, `BSON field '${where}.${field}' is an unknown field.`);
    }
    if (value !== null) checkType(value, `${where}.${field}`, type);
  }
  checkTypes(given, where, {}, required);
}

function checkType(value: Value, path: string, type: ArgumentType): void {
  if (holds(value, type)) return;
  const expected =
    type === 'safeBool' || type === 'safeInt'
      ? `expected types '[${[...(type === 'safeBool' ? ['bool'] : []), ...NUMBERS].join(', ')}']`
      : `expected type '${type}'`;
  throw new CommandError(
    'TypeMismatch',
    `BSON field '${path}' is the wrong type '${bsonTypeName(value)}', ${expected}`,
  );
}

function holds(value: Value, type: ArgumentType): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'object':
      return value instanceof Map;
    case 'array':
      return Array.isArray(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'safeBool':
      return typeof value === 'boolean' || isNumber(value);
    case 'safeInt':
      return isNumber(value);
    case 'any':
      return true;
  }
}

/** A `safeBool` that `checkTypes` has seen. */
export function truth(value: Value | undefined): boolean {
  return isNumber(value) ? toNumber(value) !== 0 : value === true;
}

/** A `safeInt` that `checkTypes` has seen, cut to a whole number; undefined when absent. */
export function whole(value: Value | undefined): number | undefined {
  return isNumber(value) ? Math.trunc(toNumber(value)) : undefined;
}
