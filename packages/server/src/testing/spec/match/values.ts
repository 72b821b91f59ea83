import { BSON, type ClientSession } from 'mongodb';
import { isOfType } from './bson-types';
import { Mismatch } from './mismatch';

/** Finds what a case has given a name to. */
export interface EntitySource {
  get(id: string): unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

/**
 * Compares by the rules of the unified test format: the outermost document (or each outermost document of an array)
 * may have more fields than are expected, nested ones may not; numbers are equal by value; fields may come in any
 * order; a document whose only field begins with `$$` asks something else of the value.
 *
 * @param path names the expectation in the error
 * @throws Mismatch
 */
export function matchRoot(expected: unknown, actual: unknown, entities: EntitySource, path: string): void {
  new Matching(entities).match(expected, actual, path, true);
}

class Matching {
  constructor(private readonly entities: EntitySource) {}

  match(expected: unknown, seen: unknown, path: string, isRoot: boolean): void {
    const actual = plain(seen);
    if (isFields(expected)) {
      const operator = operatorOf(expected);
      if (operator !== undefined) this.#operator(operator, expected[operator], actual, path, isRoot);
      else this.#fields(expected, actual, path, isRoot);
    } else if (Array.isArray(expected)) {
      if (!Array.isArray(actual) || actual.length !== expected.length)
        throw new Mismatch(path, expected, actual);
      expected.forEach((item, at) => this.match(item, actual[at], `${path}[${at}]`, isRoot));
    } else if (!isSame(expected, actual)) {
      throw new Mismatch(path, expected, actual);
    }
  }

  #fields(expected: Fields, actual: unknown, path: string, isRoot: boolean): void {
    if (!isFields(actual)) throw new Mismatch(path, expected, actual);
    for (const [key, value] of Object.entries(expected))
      this.match(value, actual[key], `${path}.${key}`, false);
    if (isRoot) return;
    for (const [key, value] of Object.entries(actual)) {
      if (value !== undefined && !Object.hasOwn(expected, key))
        throw new Mismatch(`${path}.${key}`, undefined, value);
    }
  }

  #operator(operator: string, argument: unknown, actual: unknown, path: string, isRoot: boolean): void {
    const fail = (): never => {
      throw new Mismatch(path, { [operator]: argument }, actual);
    };
    switch (operator) {
      case '$$exists':
        if ((actual !== undefined) !== argument) fail();
        return;
      case '$$type': {
        const types = Array.isArray(argument) ? argument : [argument];
        if (!types.some((type) => isOfType(actual, String(type)))) fail();
        return;
      }
      case '$$unsetOrMatches':
        if (actual !== undefined && actual !== null) this.match(argument, actual, path, isRoot);
        return;
      case '$$matchesEntity':
        return this.match(this.entities.get(String(argument)), actual, path, isRoot);
      case '$$matchesHexBytes': {
        const bytes = actual instanceof BSON.Binary ? actual.buffer : actual;
        if (!(bytes instanceof Uint8Array) || Buffer.from(bytes).toString('hex') !== argument) fail();
        return;
      }
      case '$$sessionLsid':
        return this.match((this.entities.get(String(argument)) as ClientSession).id, actual, path, false);
      case '$$lte':
        if (typeof actual !== 'number' || actual > Number(argument)) fail();
        return;
      case '$$matchAsDocument':
        if (typeof actual !== 'string') fail();
        return this.match(argument, BSON.EJSON.parse(String(actual)), path, isRoot);
      case '$$matchAsRoot':
        return this.match(argument, actual, path, true);
      default:
        throw new Error(`The runner knows no operator ${operator}.`);
    }
  }
}

/** What drivers use for documents and integers beside plain objects and numbers. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}

/** The one field of a document that is an operator. */
function operatorOf(fields: Fields): string | undefined {
  const keys = Object.keys(fields);
  return keys.length === 1 && keys[0]!.startsWith('$$') ? keys[0] : undefined;
}

/** Whether a value is a document, however the driver holds it, but for a Map. */
export function isFields(value: unknown): value is Fields {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !('_bsontype' in value) &&
    !(value instanceof Date || value instanceof RegExp || value instanceof Uint8Array)
  );
}

function isSame(expected: unknown, actual: unknown): boolean {
  const number = numberOf(expected);
  if (number !== undefined) return numberOf(actual) === number;
  // A driver gives undefined where the specification has null: for a document that was not found.
  if (expected === null || expected === undefined) return (actual ?? undefined) === undefined;
  if (typeof expected !== 'object') return expected === actual;
  return (
    BSON.EJSON.stringify(expected, { relaxed: false }) === BSON.EJSON.stringify(actual, { relaxed: false })
  );
}

/** Of any of the three binary types; as text, which holds any 64-bit integer. */
function numberOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof BSON.Long) return value.toString();
  if (value instanceof BSON.Int32 || value instanceof BSON.Double) return String(value.value);
  return undefined;
}
